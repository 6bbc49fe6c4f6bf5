import Foundation

/// The machine's IPv4 routes, as the kernel shows them to everybody in `/proc/net/route`.
struct LocalRoutes: Equatable, Sendable {
    struct Way: Equatable, Sendable {
        let device: String
        /// As the kernel writes it; all zeros on the machine's own network.
        let gateway: String
    }

    private let rows: [[Substring]]

    init(text: String) {
        rows = text.split(separator: "\n").dropFirst().map { $0.split(whereSeparator: \.isWhitespace) }
    }

    static var now: LocalRoutes {
        LocalRoutes(text: (try? String(contentsOfFile: "/proc/net/route", encoding: .utf8)) ?? "")
    }

    /// How a packet would get to the address; nil where there is no way.
    ///
    /// - Parameter interface: The tunnel's, which does not count; nor does a route to the one address, which may be our own.
    func way(to address: IPv4Address, without interface: String?) -> Way? {
        var best: (way: Way, mask: UInt32, metric: Int)?
        for row in rows where row.count >= 8 && row[0] != interface ?? "" {
            guard let destination = Self.number(row[1]), let mask = Self.number(row[7]), mask != .max,
                address.number & mask == destination
            else { continue }
            let metric = Int(row[6]) ?? 0
            if let best, (best.mask, -best.metric) >= (mask, -metric) { continue }
            best = (Way(device: String(row[0]), gateway: String(row[2])), mask, metric)
        }
        return best?.way
    }

    /// The kernel writes the four bytes as one number of the machine's.
    private static func number(_ text: Substring) -> UInt32? {
        UInt32(text, radix: 16).map { UInt32(bigEndian: $0) }
    }
}

/// Notices what makes a tunnel fall silent at this end: that the machine slept, or goes another way to the gateway.
struct Disturbance: Sendable {
    /// Seconds of sleep that count.
    private static let shortestSleep = 5.0

    private var slept: Double
    private var way: LocalRoutes.Way?
    private var address: IPv4Address?

    init(slept: Double) { self.slept = slept }

    /// - Parameters:
    ///   - slept: For how long the machine has slept since its start, in seconds.
    ///   - address: Of the gateway, where it is an IPv4 one.
    mutating func isThere(slept: Double, routes: LocalRoutes, to address: IPv4Address?, without interface: String?)
        -> Bool
    {
        let hasSlept = slept - self.slept > Self.shortestSleep
        self.slept = slept
        guard let address, let way = routes.way(to: address, without: interface) else { return hasSlept }
        defer { (self.way, self.address) = (way, address) }
        guard let former = self.way, self.address == address else { return hasSlept }
        return hasSlept || former != way
    }
}
