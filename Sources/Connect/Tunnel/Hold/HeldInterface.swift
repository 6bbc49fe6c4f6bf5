import Foundation

/// The interface of the tunnel that the root helper holds.
struct HeldInterface {
    let name: String
    private(set) var tunnel: HeldTunnel
    private var watch: Guard
    /// The `wireguard-go` of it; nil where the kernel does it.
    private let process: pid_t?

    /// 1,500 less 80 for WireGuard over IPv6, as `wg-quick` takes it.
    private static let mtu = "1420"
    private static let alias = "timus-connect:"
    /// Seconds for `wireguard-go` to be there.
    private static let patience = 5.0

    /// - Throws: Then nothing of it is left.
    init(_ tunnel: HeldTunnel) throws(HoldRefusal) {
        let lock = try HoldLock()
        defer { lock.letGo() }
        Self.sweep()
        name = try Self.freeName()
        self.tunnel = tunnel
        let alias = "\(Self.alias)\(getpid())"
        watch = try Guard(Remains(interface: name, alias: alias))
        do throws(HoldRefusal) {
            process = try Self.make(name, &watch)
        } catch {
            watch.end()
            throw error
        }
        do throws(HoldRefusal) {
            try SystemTool.ip.run(["link", "set", "dev", name, "alias", alias, "mtu", Self.mtu])
            try SystemTool.ip.run(["-4", "address", "add", tunnel.configuration.address.description, "dev", name])
            try configure(tunnel)
            try SystemTool.ip.run(["link", "set", "dev", name, "up"])
            try leadOutside(tunnel)
            for block in tunnel.configuration.allowedIPs { try lead(block) }
        } catch {
            remove()
            throw error
        }
    }

    /// Another gateway, or the same one anew: WireGuard forgets what it agreed on and begins again.
    mutating func change(to peer: HoldRequest.Peer) throws(HoldRefusal) {
        let former = tunnel.configuration.allowedIPs
        let next = try tunnel.with(peer)
        try leadOutside(next)
        try configure(next)
        tunnel = next
        let now = tunnel.configuration.allowedIPs
        for block in now where !former.contains(block) { try lead(block) }
        for block in former where !now.contains(block) {
            try SystemTool.ip.run(["-4", "route", "delete", block.description, "dev", name])
        }
    }

    func state() throws(HoldRefusal) -> HoldAnswer.State {
        guard let state = HoldAnswer.State(dump: try SystemTool.wg.run(["show", name, "dump"])) else {
            throw HoldRefusal("wg says nothing of the tunnel")
        }
        return state
    }

    func remove() {
        watch.end()
        guard let process else { return }
        // It has gone, unless it hangs.
        Self.end(process)
    }

    private func configure(_ tunnel: HeldTunnel) throws(HoldRefusal) {
        try SystemTool.wg.run(["setconf", name, "/dev/stdin"], input: tunnel.settings)
    }

    private func lead(_ block: AddressBlock) throws(HoldRefusal) {
        do throws(HoldRefusal) {
            try SystemTool.ip.run(["-4", "route", "add", block.description, "dev", name])
        } catch {
            guard error.sentence.contains("File exists") else { throw error }
            throw HoldRefusal("This machine has another way to \(block) already, so the tunnel would not be used")
        }
    }

    /// Keeps the way to the gateway and the server past the tunnel, as it is by now.
    private mutating func leadOutside(_ tunnel: HeldTunnel) throws(HoldRefusal) {
        var remains = watch.remains
        let former = remains.routes
        // Else it is these that are found.
        for route in former { _ = try? SystemTool.ip.run(["-4", "route", "delete"] + route.words) }
        do throws(HoldRefusal) {
            remains.routes = []
            for address in tunnel.outside {
                if let route = try OutsideRoute.found(to: address, without: name) { remains.routes.append(route) }
            }
            try watch.tell(remains)
        } catch {
            for route in former { _ = try? SystemTool.ip.run(["-4", "route", "replace"] + route.words) }
            throw error
        }
        for route in remains.routes { try SystemTool.ip.run(["-4", "route", "replace"] + route.words) }
    }

    // MARK: Making it

    private static func make(_ name: String, _ watch: inout Guard) throws(HoldRefusal) -> pid_t? {
        var remains = watch.remains
        remains.isMade = true
        try watch.tell(remains)
        if (try? SystemTool.ip.run(["link", "add", "dev", name, "type", "wireguard"])) != nil { return nil }
        remains.isMade = false
        try watch.tell(remains)
        guard let path = SystemTool.wireguardGo.path else {
            throw HoldRefusal("The kernel has no WireGuard, and wireguard-go is not installed")
        }
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        let settings = ["LOG_LEVEL": "silent", "WG_PROCESS_FOREGROUND": "1"]
        // Where there is `setpriv` of util-linux, the kernel ends it with us (PR_SET_PDEATHSIG), before the guard does.
        let bound = SystemTool(name: "setpriv").path.map { [$0, "--pdeathsig", "TERM", "--"] } ?? []
        let words = bound + [path, "--foreground", name]
        let spawn = Spawn(
            path: words[0],
            words: words,
            environment: SystemTool.environment.merging(settings) { $1 },
            descriptors: [nothing, nothing, nothing],
            hasOwnSession: true
        )
        guard let process = spawn.start() else {
            throw HoldRefusal("wireguard-go could not be started: \(String(cString: strerror(errno)))")
        }
        remains.process = process
        try watch.tell(remains)
        let end = BootTime.now + patience
        while true {
            // First: what answers by that name may be another's.
            var status: Int32 = 0
            guard waitpid(process, &status, WNOHANG) == 0 else {
                throw HoldRefusal("wireguard-go could not make the interface: is there a /dev/net/tun?")
            }
            if (try? SystemTool.wg.run(["show", name, "dump"])) != nil { break }
            guard BootTime.now < end else {
                Self.end(process)
                throw HoldRefusal("wireguard-go does not answer")
            }
            usleep(10_000)
        }
        remains.isMade = true
        try watch.tell(remains)
        return process
    }

    private static func end(_ process: pid_t) {
        kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    }

    /// Of no interface, and of no `wireguard-go` in another network namespace: they share one folder of sockets.
    private static func freeName() throws(HoldRefusal) -> String {
        let taken = Set(LinkEntry.all().map(\.name))
        for number in 0..<1000 {
            let name = "timus\(number)"
            let socket = "\(Remains.sockets)/\(name).sock"
            if !taken.contains(name), !FileManager.default.fileExists(atPath: socket) { return name }
        }
        throw HoldRefusal("No name is free for an interface")
    }

    private static func isHelper(_ process: Substring) -> Bool {
        // Of who has ended and was not noticed yet, it is empty.
        let words = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
        return words?.contains("hold") ?? false
    }

    /// Removes what was left by helpers that were ended together with their guards.
    private static func sweep() {
        for link in LinkEntry.all() {
            guard let owner = link.alias, owner.hasPrefix(Self.alias), !isHelper(owner.dropFirst(Self.alias.count))
            else { continue }
            _ = try? SystemTool.ip.run(["link", "delete", "dev", link.name])
            unlink("\(Remains.sockets)/\(link.name).sock")
        }
    }
}

extension HoldAnswer.State {
    /// The second line of `wg show NAME dump`, wg(8).
    init?(dump: String) {
        let lines = dump.split(separator: "\n")
        guard lines.count == 2 else { return nil }
        let fields = lines[1].split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 8, let handshake = Int64(fields[4]), let received = Int64(fields[5]),
            let sent = Int64(fields[6])
        else { return nil }
        self.init(lastHandshake: handshake, receivedBytes: received, sentBytes: sent)
    }
}
