import Foundation

/// Whether this machine passes packets on. Where it did not, it does so for the tunnel and for nothing else.
///
/// What was turned on is remembered beside `/run`'s other files, by interface and namespace; like the setting, they are gone
/// after a restart of the machine. Gateways of one machine share the table, and the last one turns the setting off.
struct Forwarding: Sendable {
    let interface: String

    private static let setting = "/proc/sys/net/ipv4/ip_forward"
    private static let folder = "/run"
    private static let prefix = "timus-gateway.forwarding."

    private var note: String { "\(Self.folder)/\(Self.prefix)\(interface)" }

    func turnOn() async throws(GatewayError) {
        let namespace = Self.namespace
        guard isOurs(in: namespace) || !isOn || Self.others(in: namespace, than: interface) else { return }
        // First what keeps others from being passed on.
        try await Tool.nft.run(["-f", "-"], input: Self.guarding(interface))
        try PrivateFile.write(Data(namespace.utf8), to: note, isLasting: false)
        if !isOn { try set("1") }
    }

    /// Nothing happens where it was on before us.
    func turnOff() async throws(GatewayError) {
        let namespace = Self.namespace
        guard isOurs(in: namespace) else { return }
        if Self.others(in: namespace, than: interface) {
            let element = "element ip timus_forwarding tunnels { \"\(interface)\" }\n"
            try await Tool.nft.run(["-f", "-"], input: "add \(element)delete \(element)")
        } else {
            try set("0")
            try await Tool.nft.run(
                ["-f", "-"],
                input: "add table ip timus_forwarding\ndelete table ip timus_forwarding\n"
            )
        }
        try PrivateFile.remove(note)
    }

    static func guarding(_ interface: String) -> String {
        """
        table ip timus_forwarding {
            set tunnels {
                type ifname
            }
            chain forward {
                type filter hook forward priority filter
                policy drop
            }
        }
        flush chain ip timus_forwarding forward
        add rule ip timus_forwarding forward iifname @tunnels accept
        add rule ip timus_forwarding forward oifname @tunnels accept
        add element ip timus_forwarding tunnels { "\(interface)" }

        """
    }

    private var isOn: Bool {
        FileManager.default.contents(atPath: Self.setting).map { String(decoding: $0, as: UTF8.self) }?
            .hasPrefix("1") == true
    }

    private func set(_ value: String) throws(GatewayError) {
        let descriptor = open(Self.setting, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotWrite(path: Self.setting, cause: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard write(descriptor, value, 1) == 1 else {
            throw .cannotWrite(path: Self.setting, cause: String(cString: strerror(errno)))
        }
    }

    private func isOurs(in namespace: String) -> Bool { Self.content(note) == namespace }

    private static func others(in namespace: String, than interface: String) -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.contains { name in
            name.hasPrefix(prefix) && name != prefix + interface && content("\(folder)/\(name)") == namespace
        }
    }

    private static func content(_ path: String) -> String? {
        (try? PrivateFile.contents(of: path)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The number of the network namespace in which we are.
    private static var namespace: String {
        var status = stat()
        return stat("/proc/self/ns/net", &status) == 0 ? "\(status.st_ino)" : "?"
    }
}
