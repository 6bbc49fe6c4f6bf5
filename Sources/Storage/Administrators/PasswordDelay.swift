/// How long an account waits after wrong passwords.
///
/// The wait never grows into a lock: a stranger who keeps guessing must not keep an owner out, and at one guess a minute
/// a password of twelve characters is not found.
enum PasswordDelay {
    /// Failures in a row that cost nothing: a typing error or two.
    static let free = 2
    /// Seconds.
    static let longest = 60
    /// Seconds without an attempt after which the failures are forgotten.
    static let forgottenAfter = 24 * 3600
    /// How many accounts are remembered; beyond, those that failed longest ago are forgotten.
    static let mostAccounts = 10_000

    /// Seconds until the next attempt, after so many failures in a row.
    static func seconds(afterFailures failures: Int) -> Int {
        failures <= free ? 0 : min(longest, 1 << min(failures - free - 1, 16))
    }
}
