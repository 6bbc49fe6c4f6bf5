/// When answers are given that must not tell by their time what was looked up: ``pace`` after the question, or a whole number of
/// it where the work took longer, and up to ``jitter`` later.
struct Beat: Sendable {
    /// More than the work needs on a machine that is not overloaded.
    static let pace = Duration.milliseconds(120)
    static let jitter = Duration.milliseconds(8)

    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.now = now
    }

    func wait(since start: ContinuousClock.Instant) async throws {
        let microseconds = Int.random(in: 0...Int(Self.jitter / .microseconds(1)))
        try await Task.sleep(until: due(start) + .microseconds(microseconds), tolerance: .zero)
    }

    /// The next beat, counted from the question.
    func due(_ start: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let beats = ((now() - start) / Self.pace).rounded(.up)
        return start + Self.pace * max(1, Int(beats))
    }
}
