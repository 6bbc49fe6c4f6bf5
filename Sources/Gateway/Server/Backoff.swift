/// How long to wait before a server is asked again: half a second, then twice as long each time up to ten, and each somewhat
/// shorter by chance, so that gateways that lost a server together do not come back together.
struct Backoff: Sendable {
    private static let shortest = 0.5
    private static let longest = 10.0

    private var next = shortest

    /// Seconds.
    ///
    /// - Parameter chance: 0 to 1.
    mutating func wait(chance: Double = .random(in: 0...1)) -> Double {
        defer { next = min(next * 2, Self.longest) }
        return next * (0.5 + chance / 2)
    }

    /// The server is well again.
    mutating func reset() {
        next = Self.shortest
    }
}
