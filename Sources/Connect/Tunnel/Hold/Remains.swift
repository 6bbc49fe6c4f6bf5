import Foundation

/// What must be gone when a tunnel ends, however it ends. It is told to a ``Guard`` before it is made.
struct Remains: Codable, Equatable, Sendable {
    var interface: String
    /// What its alias says, so that nothing of another's is removed.
    var alias: String
    /// The interface of that name is our work, also before it has its alias.
    var isMade = false
    /// The `wireguard-go` of it; nil where the kernel does it.
    var process: pid_t?
    /// Routes past the tunnel.
    var routes: [OutsideRoute] = []

    /// - Returns: Whether nothing is left.
    @discardableResult
    func remove() -> Bool {
        for route in routes { _ = try? SystemTool.ip.run(["-4", "route", "delete"] + route.words) }
        if let process, isRunning { kill(process, SIGTERM) }
        // It takes its interface along; where it hangs, the interface goes all the same.
        for attempt in 0..<100 {
            let (isRunning, isThere) = (isRunning, isThere)
            guard isRunning || isThere else { return true }
            if isThere, attempt >= 20 || process == nil {
                _ = try? SystemTool.ip.run(["link", "delete", "dev", interface])
            }
            if attempt == 40, isRunning, let process {
                kill(process, SIGKILL)
                if isMade { unlink("\(Self.sockets)/\(interface).sock") }
            }
            usleep(10_000)
        }
        return !isThere
    }

    /// Where each `wireguard-go` has its socket, and takes it along unless it is killed.
    static let sockets = "/var/run/wireguard"

    private var isThere: Bool {
        guard let link = LinkEntry.named(interface) else { return false }
        return link.alias.map { $0 == alias } ?? isMade
    }

    /// Whether it is `wireguard-go`, and has not ended: proc(5), `stat`.
    private var isRunning: Bool {
        guard let process, let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
            return false
        }
        let name = "(\(SystemTool.wireguardGo.name)) "
        return stat.contains(name) && !stat.contains(name + "Z") && !stat.contains(name + "X")
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
