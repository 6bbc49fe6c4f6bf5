import Foundation

/// What must be gone when a tunnel ends, however it ends. It is told to a ``Guard`` before it is made.
struct Remains: Codable, Equatable, Sendable {
    var interface: String
    /// What its alias says, so that nothing of another's is removed.
    var alias: String
    /// The `wireguard-go` of it; nil where the kernel does it.
    var process: pid_t?
    /// Routes past the tunnel.
    var routes: [OutsideRoute] = []

    /// - Returns: Whether nothing is left.
    @discardableResult
    func remove() -> Bool {
        for route in routes { _ = try? SystemTool.ip.run(["-4", "route", "delete"] + route.words) }
        if let process, Self.isWireGuard(process) { kill(process, SIGTERM) }
        // It takes its interface along; where it hangs, the interface goes all the same.
        for attempt in 0..<100 {
            guard let link = LinkEntry.named(interface), link.alias == nil || link.alias == alias else { return true }
            if attempt >= 20 || process == nil { _ = try? SystemTool.ip.run(["link", "delete", "dev", interface]) }
            if attempt >= 40, let process, Self.isWireGuard(process) { kill(process, SIGKILL) }
            usleep(10_000)
        }
        return LinkEntry.named(interface) == nil
    }

    private static func isWireGuard(_ process: pid_t) -> Bool {
        let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
        return name?.trimmingCharacters(in: .newlines) == SystemTool.wireguardGo.name
    }
}

/// An interface of this machine, as far as we want to know.
struct LinkEntry: Equatable, Sendable {
    let name: String
    let alias: String?

    static func named(_ name: String) -> LinkEntry? { all(["dev", name]).first }

    static func all(_ words: [String] = []) -> [LinkEntry] {
        struct Shown: Decodable {
            let ifname: String?
            let ifalias: String?
        }
        guard let text = try? SystemTool.ip.run(["-json", "link", "show"] + words),
            let links = try? JSONDecoder().decode([Shown].self, from: Data(text.utf8))
        else { return [] }
        return links.compactMap { link in link.ifname.map { LinkEntry(name: $0, alias: link.ifalias) } }
    }
}
