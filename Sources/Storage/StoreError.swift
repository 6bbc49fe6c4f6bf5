public import Access
public import Foundation

/// Why the store could not do what it was asked, told apart by what to do next.
public enum StoreError: LocalizedError, Equatable {
    /// The file or server cannot be opened at all. `remedy` says what to do.
    case cannotOpen(location: String, cause: String, remedy: String)
    /// Disk full, file read-only, server in recovery.
    case cannotWrite(String)
    /// A later version of Timus has changed the database's layout.
    case databaseIsNewer(location: String)
    /// The organisation that was asked for is not in the database, which holds these.
    case noSuchOrganisation(String, known: [String])
    /// Several organisations are there and none was named.
    case organisationNotNamed(known: [String])
    /// The whole sentence: "A site named Berlin exists."
    case alreadyExists(String)
    /// The whole sentence: "There is no such site."
    case notFound(String)
    /// The whole sentence; what was asked goes against what is kept.
    case conflict(String)
    /// The secrets in the database were sealed under another key.
    case wrongKey
    /// The key file cannot be used as it is.
    case keyFile(path: String, cause: String, remedy: String)
    /// Too many wrong passwords or codes for one account, from one network or known browser.
    case tooManyAttempts(retryAfter: Int)
    /// So many wrong passwords or codes for one account, from everywhere, that only a browser may try which has signed in
    /// to it before.
    case onlyKnownBrowsers
    /// More passwords are being looked at than the server does at a time.
    case busy(retryAfter: Int)
    /// A connection was asked for that the decision does not allow.
    case denied(Decision.Refusal)
    /// Another server has taken over the synchronization.
    case leaseLost
    /// The database did not answer, or broke off.
    case unavailable(String)
    /// What is in the database is not what this program writes.
    case unreadable(String)

    public var errorDescription: String? {
        switch self {
        case .cannotOpen(let location, let cause, _): "The database \(location) cannot be opened: \(cause)."
        case .cannotWrite(let cause): "The database cannot be written: \(cause)."
        case .databaseIsNewer(let location): "The database \(location) was made by a newer version of Timus."
        case .noSuchOrganisation(let name, _): "There is no organisation named \(name) in this database."
        case .organisationNotNamed: "The database holds several organisations and none was named."
        case .alreadyExists(let sentence), .notFound(let sentence), .conflict(let sentence): sentence
        case .wrongKey: "The secrets in the database were sealed under another key than the one given."
        case .keyFile(let path, let cause, _): "The key file \(path) cannot be used: \(cause)."
        case .tooManyAttempts: "There were too many wrong passwords or codes."
        case .onlyKnownBrowsers: "There were too many wrong passwords or codes for this e-mail address."
        case .busy: "Too many people sign in at this moment."
        case .denied(let refusal): refusal.sentence
        case .leaseLost: "Another server has taken over the synchronization."
        case .unavailable(let cause): "The database does not answer: \(cause)."
        case .unreadable(let sentence): "The database holds something unexpected. \(sentence)"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .cannotOpen(_, _, let remedy), .keyFile(_, _, let remedy): remedy
        case .cannotWrite: "Free space on the disk, or give Timus the right to write there, and try again."
        case .databaseIsNewer: "Start that newer version, or restore a backup from before the update."
        case .noSuchOrganisation(_, let known), .organisationNotNamed(let known):
            known.isEmpty
                ? "Start the server once to make it."
                : "Name one of these with --organisation: \(Self.few(of: known))."
        case .alreadyExists: "Choose another one."
        case .notFound: "Load the page again: it may have been removed in the meantime."
        case .conflict: "Change what is in the way, and try again."
        case .wrongKey: "Put the key file back that was in use when the Okta integration was saved."
        case .tooManyAttempts(let seconds), .busy(let seconds):
            "Try again in \(seconds == 1 ? "one second" : "\(seconds) seconds")."
        case .onlyKnownBrowsers:
            "Sign in in a browser in which you have signed in before, or with Okta. Else wait a day, or have an "
                + "administrator of the server run: timus administrators allow-sign-in E-MAIL"
        case .denied: "Ask an administrator for access."
        case .leaseLost: "Nothing was changed. See the run of the other server."
        case .unavailable: "Try again in a moment; if it stays, see whether the database server runs."
        case .unreadable: "Restore a backup, or report this with the log."
        }
    }

    /// The first ten; there may be a thousand.
    private static func few(of names: [String]) -> String {
        let first = names.prefix(10).joined(separator: ", ")
        return names.count > 10 ? "\(first) and \(names.count - 10) more" : first
    }
}
