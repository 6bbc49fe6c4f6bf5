import Foundation

/// The way to one address past the tunnel, as the machine went there before.
struct OutsideRoute: Codable, Hashable, Sendable {
    let address: String
    /// nil where the address is on the machine's own network.
    let gateway: String?
    let device: String

    /// As `ip route add` and `delete` take it.
    var words: [String] { ["\(address)/32"] + (gateway.map { ["via", $0] } ?? []) + ["dev", device] }

    /// A route as `ip -json route` shows it.
    struct Shown: Decodable, Equatable, Sendable {
        var type: String?
        var dst: String
        var gateway: String?
        var dev: String?
        var metric: Int?
    }

    /// nil where the address is this machine's own, to which no tunnel leads, or somebody has a route to this one address already.
    ///
    /// - Parameter interface: The tunnel's.
    /// - Throws: Where there is no way there but through the tunnel.
    static func found(to address: IPv4Address, without interface: String) throws(HoldRefusal) -> OutsideRoute? {
        let others = shown(["show", "\(address)/32", "table", "main"]).filter { $0.dev != interface }
        guard others.isEmpty else { return nil }
        let ways = shown(["get", address.description])
        if let way = ways.first {
            if way.type == "local" { return nil }
            if let device = way.dev, device != interface {
                return OutsideRoute(address: address.description, gateway: way.gateway, device: device)
            }
        }
        guard let way = best(of: shown(["show", "table", "main"]), to: address, without: interface),
            let device = way.dev
        else { throw HoldRefusal("There is no way to \(address) but through the tunnel itself") }
        return OutsideRoute(address: address.description, gateway: way.gateway, device: device)
    }

    /// The narrowest, and of those the one with the lowest metric.
    static func best(of routes: [Shown], to address: IPv4Address, without interface: String) -> Shown? {
        var best: (route: Shown, width: Int, metric: Int)?
        for route in routes where route.dev != interface && (route.type ?? "unicast") == "unicast" {
            guard let width = width(of: route.dst, around: address) else { continue }
            let metric = route.metric ?? 0
            if let best, (best.width, -best.metric) >= (width, -metric) { continue }
            best = (route, width, metric)
        }
        return best?.route
    }

    /// The prefix of the destination; nil where the address is not in it, or it is our own work.
    private static func width(of destination: String, around address: IPv4Address) -> Int? {
        if destination == "default" { return 0 }
        let parts = destination.split(separator: "/")
        // A route to this one address may be ours of before, by a way that is gone.
        guard parts.count == 2, let prefix = Int(parts[1]), (1..<32).contains(prefix),
            let network = IPv4Address(String(parts[0]))
        else { return nil }
        return (network.number ^ address.number) >> UInt32(32 - prefix) == 0 ? prefix : nil
    }

    private static func shown(_ words: [String]) -> [Shown] {
        guard let text = try? SystemTool.ip.run(["-4", "-json", "route"] + words) else { return [] }
        return (try? JSONDecoder().decode([Shown].self, from: Data(text.utf8))) ?? []
    }
}
