/// Makes the checks of a sign-in: what fails one ends it. Who listens hears of each.
struct Checks: Sendable {
    typealias Listener = @Sendable (Check, Check.Outcome) -> Void

    private let skipped: Set<Check>
    private let tell: Listener

    /// - Parameter skipped: for tests alone, to show that without a check what it refuses goes through.
    init(insecureSkipping skipped: Set<Check> = [], tell: @escaping Listener = { _, _ in }) {
        self.skipped = skipped
        self.tell = tell
    }

    func isInsecurelySkipped(_ check: Check) -> Bool { skipped.contains(check) }

    /// - Parameter passes: nil where there is nothing to check.
    func require(
        _ check: Check,
        _ passes: @autoclosure () -> Bool?,
        or error: @autoclosure () -> OIDCError
    ) throws(OIDCError) {
        guard !skipped.contains(check) else { return }
        switch passes() {
        case true?: tell(check, .passed)
        case nil: tell(check, .notApplicable)
        case false?:
            tell(check, .failed)
            throw error()
        }
    }

    /// A check of the ID token, whose error is its name.
    func require(_ check: Check, _ passes: @autoclosure () -> Bool?) throws(OIDCError) {
        try require(check, passes(), or: .tokenRefused(check))
    }

    /// What was read, where reading is the check.
    func require<Value>(_ check: Check, _ result: Result<Value, OIDCError>) throws(OIDCError) -> Value {
        switch result {
        case .success(let value):
            tell(check, .passed)
            return value
        case .failure(let error):
            tell(check, .failed)
            throw error
        }
    }
}

extension Result {
    /// What `work` returns or throws.
    static func of(_ work: () async throws(Failure) -> Success) async -> Self {
        do { return .success(try await work()) } catch { return .failure(error) }
    }
}
