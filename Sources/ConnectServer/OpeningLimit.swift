import Directory
import HTTPTypes
import SignIn

/// How often one user may ask for a connection: thirty times at once, and as many again over a minute. It is this server's, and
/// forgotten when it restarts.
actor OpeningLimit {
    static let allowance = Allowance(uses: 30, seconds: 60)

    /// Each user has proven who they are, so that there are no more than the directory has.
    private var users = SourceTable<Allowance.Left>(most: 250_000)
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.now = now
    }

    /// - Throws: 429 with the time to wait where the user asked too often.
    func admit(_ user: User.ID) throws(SignIn.Problem) {
        let time = now()
        let allowance = Self.allowance
        let key = users.key(for: user.rawValue) { allowance.left($0, at: time).uses >= allowance.uses }
        let left = allowance.left(users[key], at: time).uses
        guard left >= 1 else {
            let seconds = Int(((1 - left) * allowance.seconds / allowance.uses).rounded(.up))
            throw SignIn.Problem(
                .tooManyRequests,
                "Too many connections were asked for.",
                detail: "Try again in \(seconds == 1 ? "one second" : "\(seconds) seconds").",
                retryAfter: seconds
            )
        }
        users[key] = Allowance.Left(uses: left - 1, at: time)
    }
}
