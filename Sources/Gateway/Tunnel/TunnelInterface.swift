import Foundation

/// The gateway's interface: made by us, known as ours by its alias, and never another's.
struct TunnelInterface: Sendable {
    let name: String
    let gatewayID: String

    /// 1,500 less 80 for WireGuard over IPv6, as `wg-quick` takes it.
    private static let mtu = 1_420

    private var alias: String { "timus-gateway:\(gatewayID)" }

    /// What `ip -json -details link` says.
    private struct Link: Decodable {
        let ifalias: String?
        let linkinfo: Kind?

        struct Kind: Decodable {
            let info_kind: String?
        }

        var isKernels: Bool { linkinfo?.info_kind == "wireguard" }
    }

    /// What there is of ours, or a new one. It is not up yet where it is new.
    func made() async throws(GatewayError) -> any WireGuardDevice {
        if let link = try await find() {
            guard link.ifalias == alias else { throw .foreignInterface(name) }
            if link.isKernels { return KernelDevice(interface: name) }
            let device = UserspaceDevice(interface: name)
            if await device.isAnswering() { return device }
            try await Tool.ip.run(["link", "delete", "dev", name])
        }
        let device = try await make()
        try await Tool.ip.run(["link", "set", "dev", name, "alias", alias, "mtu", "\(Self.mtu)"])
        return device
    }

    private func make() async throws(GatewayError) -> any WireGuardDevice {
        if try await Tool.ip.result(of: ["link", "add", "dev", name, "type", "wireguard"]).isSuccess {
            return KernelDevice(interface: name)
        }
        do {
            try await Tool.wireguardGo.run([name])
        } catch .tool(let tool, _) {
            // It tells its log what went wrong, and standard error a page on the kernel's WireGuard.
            throw .tool(
                tool,
                said: "it could not make \(name); on one machine, no two namespaces can have one of that name"
            )
        }
        let device = UserspaceDevice(interface: name)
        // It goes into the background once its socket is there.
        guard await device.isAnswering() else { throw .wireGuard("wireguard-go does not answer for \(name)") }
        return device
    }

    /// Gives it the address, and no other, and opens it.
    func open(at address: Address, in range: AddressBlock) async throws(GatewayError) {
        let wanted = "\(address)/\(range.prefix)"
        let shown = try await Tool.ip.run(["-oneline", "-4", "address", "show", "dev", name])
        let addresses = shown.split(separator: "\n").compactMap { line in
            line.split(separator: " ").drop { $0 != "inet" }.dropFirst().first.map(String.init)
        }
        for other in addresses where other != wanted {
            try await Tool.ip.run(["address", "delete", other, "dev", name])
        }
        if !addresses.contains(wanted) { try await Tool.ip.run(["address", "add", wanted, "dev", name]) }
        try await Tool.ip.run(["link", "set", "dev", name, "up"])
    }

    /// Nobody gets through any more, whatever else fails.
    func close() async throws(GatewayError) {
        guard try await find()?.ifalias == alias else { return }
        try await Tool.ip.run(["link", "set", "dev", name, "down"])
    }

    /// - Returns: Whether there was one of ours.
    func remove() async throws(GatewayError) -> Bool {
        guard let link = try await find(), link.ifalias == alias else { return false }
        try await Tool.ip.run(["link", "delete", "dev", name])
        return true
    }

    private func find() async throws(GatewayError) -> Link? {
        let result = try await Tool.ip.result(of: ["-json", "-details", "link", "show", "dev", name])
        guard result.isSuccess else {
            guard result.errors.contains("does not exist") else {
                throw .tool("ip", said: String(result.errors.prefix(200)))
            }
            return nil
        }
        guard let links = try? JSONDecoder().decode([Link].self, from: Data(result.output.utf8)), let link = links.first
        else { throw .tool("ip", said: "its answer is not about an interface") }
        return link
    }
}
