/// How long to wait before the next try: twice as long each time, and each somewhat shorter by chance, so that those who lost
/// the same server together do not come back together.
struct Backoff: Sendable {
    let shortest: Double
    let longest: Double
    private var next: Double

    /// Seconds.
    init(_ shortest: Double, upTo longest: Double) {
        self.shortest = shortest
        self.longest = longest
        self.next = shortest
    }

    /// Seconds.
    ///
    /// - Parameter chance: 0 to 1.
    mutating func wait(chance: Double = .random(in: 0...1)) -> Double {
        defer { next = min(next * 2, longest) }
        return next * (0.5 + chance / 2)
    }

    mutating func reset() { next = shortest }
}
