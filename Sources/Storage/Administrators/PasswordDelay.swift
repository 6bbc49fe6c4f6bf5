/// How long an attempt waits after wrong passwords and codes.
///
/// A wait is a network's or a known browser's own, so that a stranger who keeps guessing keeps no owner out: neither in
/// a browser that has signed in before, nor from another network. What strangers can use up is only what all unknown
/// browsers have together, and it comes back by itself.
enum PasswordDelay {
    /// Failures in a row that cost nothing: a typing error or two.
    static let free = 2
    /// Seconds.
    static let longest = 3600
    /// Seconds without an attempt after which the failures are forgotten.
    static let forgottenAfter = 24 * 3600
    /// Failures in a row in browsers that the account does not know, after which it takes none of those for
    /// ``forgottenAfter`` (NIST SP 800-63B §5.2.2: no more than 100).
    static let mostFromUnknownBrowsers = 100
    /// Failures in a row after which a known browser is none any more: it may be in other hands.
    static let mostFromKnownBrowser = 20
    /// Failures of one network on all accounts together that cost nothing: the typing errors of an office.
    static let freeOfNetwork = 30
    /// Seconds between two attempts of a network beyond that: so slow that a list of e-mails and passwords is of no use, and
    /// short enough for somebody who shares the network with whoever tries it.
    static let longestOfNetwork = 30
    /// Seconds without an attempt after which the failures of a network on all accounts are forgotten.
    static let networkForgottenAfter = 3600
    /// How many rows are kept, of networks and browsers, and again of accounts.
    static let mostRows = 10_000

    /// Seconds until the next attempt of one network or known browser, after so many failures in a row.
    static func seconds(afterFailures failures: Int) -> Int {
        failures <= free ? 0 : min(longest, 1 << min(failures - free - 1, 16))
    }
}
