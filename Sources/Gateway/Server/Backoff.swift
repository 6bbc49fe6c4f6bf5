/// How long to wait before a server is asked again: half a second, then twice as long each time up to the longest, and each
/// somewhat shorter by chance, so that gateways that lost a server together do not come back together.
struct Backoff: Sendable {
    /// Seconds.
    private let longest: Double

    private static let shortest = 0.5
    private var next = shortest

    init(longest: Double = 10) {
        self.longest = longest
    }

    /// Seconds.
    ///
    /// - Parameter chance: 0 to 1.
    mutating func wait(chance: Double = .random(in: 0...1)) -> Double {
        defer { next = min(next * 2, longest) }
        return next * (0.5 + chance / 2)
    }

    /// The server is well again.
    mutating func reset() {
        next = Self.shortest
    }
}
