/// Whose failures to sign in are counted together: all but the last on one account.
enum AttemptCounter: Hashable, Sendable {
    /// One network's, in browsers that the account does not know.
    case network(String)
    /// One browser's that has signed in to the account before, by the hash of its cookie. No stranger can add to it.
    case knownBrowser(String)
    /// Those of all browsers that the account does not know (NIST SP 800-63B §5.2.2).
    case everyUnknownBrowser
    /// One network's on all accounts together, in browsers that are not known: who tries one password on everybody.
    case networkOnEveryAccount(String)

    /// As the column `counter` keeps it.
    var text: String {
        switch self {
        case .network(let network): "source \(network)"
        case .knownBrowser(let hash): "browser \(hash)"
        case .everyUnknownBrowser: "*"
        case .networkOnEveryAccount(let network): "network \(network)"
        }
    }

    /// As the column `account` keeps it: empty for all, which is no e-mail.
    func account(_ typed: String) -> String {
        if case .networkOnEveryAccount = self { "" } else { typed }
    }

    /// Seconds without an attempt after which its failures are forgotten.
    var forgottenAfter: Int {
        if case .networkOnEveryAccount = self {
            PasswordDelay.networkForgottenAfter
        } else {
            PasswordDelay.forgottenAfter
        }
    }

    /// Seconds until the next attempt, after so many failures in a row.
    func wait(afterFailures failures: Int) -> Int {
        switch self {
        case .network, .knownBrowser: PasswordDelay.seconds(afterFailures: failures)
        case .everyUnknownBrowser: failures < PasswordDelay.mostFromUnknownBrowsers ? 0 : PasswordDelay.forgottenAfter
        case .networkOnEveryAccount: failures <= PasswordDelay.freeOfNetwork ? 0 : PasswordDelay.longestOfNetwork
        }
    }
}

/// An attempt that was let through and counts as failed until it is known to be right.
struct Attempt: Sendable {
    /// The e-mail as typed, in lower case.
    let account: String
    let counters: [AttemptCounter]
}
