/// One of the two places where a browser is signed in. Each has a cookie of its own, so that an administrator who
/// signs in to Connect as a user stays signed in to Manager.
enum Console: String, Sendable {
    case manager = "timus"
    /// Accounts, and the pages that Connect opens.
    case account = "timus-account"

    init(path: String) {
        self = path == "/account" || path.hasPrefix("/account/") || path.hasPrefix("/oauth/") ? .account : .manager
    }
}
