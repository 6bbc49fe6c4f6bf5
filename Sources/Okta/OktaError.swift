public import Foundation

/// Why Okta did not give what was asked for.
public enum OktaError: LocalizedError, Hashable, Sendable {
    /// HTTP 401, E0000011: the API token is unknown, revoked or expired.
    case tokenRejected
    /// HTTP 403, E0000006: the token's owner lacks the right to do this.
    case notPermitted(to: Action)
    /// HTTP 404: the one thing that was asked for is gone.
    case notFound(Thing)
    /// HTTP 429, also after waiting, or a wait that would be longer than anybody waits.
    case rateLimited(until: Date)
    /// No connection; `cause` is for the log.
    case unreachable(host: String, why: Reason, cause: String)
    case timedOut(host: String)
    /// HTTP 408 or 5xx, also after retries.
    case serverError(host: String, status: Int)
    /// HTTP 200 with something that is no answer of Okta's API, or a redirect: usually a wrong domain or a proxy.
    case notOkta(host: String, came: String)
    /// HTTP 400 and other refusals that are no fault of the administrator; `code` is Okta's error code.
    case refused(status: Int, code: String?)
    /// A page that was larger than a page may be.
    case tooLarge(bytes: Int)
    case cancelled

    /// What a token's owner must be allowed to do.
    public enum Action: String, Hashable, Sendable {
        case readGroups = "read groups"
        case readMembers = "read the members of groups"
        case readUsers = "read users"
    }

    /// What was asked for by its id.
    public enum Thing: Hashable, Sendable {
        case group(String)
        case user(String)
        case page
    }

    /// Why there was no connection.
    public enum Reason: Hashable, Sendable {
        case unknownName
        case refused
        case certificate
        case privateAddress
        case connection
    }

    /// What to do next about a failure.
    public enum Next: Hashable, Sendable {
        /// An administrator has to mend it; trying again changes nothing.
        case theirsToFix
        /// It may pass by itself.
        case wait
        /// One thing is odd; the rest goes on without it.
        case skip
    }

    public var next: Next {
        switch self {
        case .tokenRejected, .notPermitted, .notOkta, .refused: .theirsToFix
        case .unreachable(_, .certificate, _), .unreachable(_, .privateAddress, _): .theirsToFix
        case .rateLimited, .unreachable, .timedOut, .serverError, .cancelled, .tooLarge: .wait
        case .notFound(.page): .theirsToFix
        case .notFound: .skip
        }
    }

    public var errorDescription: String? {
        switch self {
        case .tokenRejected: "Okta does not accept the API token."
        case .notPermitted(let action): "The API token may not \(action.rawValue)."
        case .notFound(.group(let id)): "The group \(id) is no longer in Okta."
        case .notFound(.user(let id)): "The user \(id) is no longer in Okta."
        case .notFound(.page): "Okta does not know the address that was asked for."
        case .rateLimited: "Okta's rate limit for this org is used up."
        case .unreachable(let host, .unknownName, _): "There is no \(host) in the domain name system."
        case .unreachable(let host, .refused, _): "\(host) refused the connection."
        case .unreachable(let host, .certificate, _): "The certificate of \(host) could not be verified."
        case .unreachable(let host, .privateAddress, _): "\(host) leads to an address inside a private network."
        case .unreachable(let host, .connection, _): "The connection to \(host) failed."
        case .timedOut(let host): "\(host) did not answer in time."
        case .serverError(let host, let status): "\(host) answered with HTTP status \(status)."
        case .notOkta(let host, let came): "\(host) answered with \(came), which is not what an Okta org answers."
        case .refused(let status, let code):
            "Okta refused the request with HTTP status \(status)\(code.map { " and code \($0)" } ?? "")."
        case .tooLarge: "Okta's answer was larger than one page can be."
        case .cancelled: "The request to Okta was stopped."
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .tokenRejected: "Create a new token under Security > API > Tokens in Okta and paste it here."
        case .notPermitted:
            "Give the administrator who created the token the role Read-Only Administrator in Okta, or create a new "
                + "token as one who has it."
        case .notFound(.group): "Choose another group in Preferences, or leave it: it works again when it returns."
        case .notFound(.user): "Nothing needs to be done; the user's access ends with the next sync."
        case .notFound(.page), .notOkta: "Check the Okta domain."
        case .rateLimited: "Timus tries again when Okta allows it, usually within a minute."
        case .unreachable(_, .unknownName, _): "Check the spelling of the Okta domain."
        case .unreachable(_, .certificate, _):
            "Check the Okta domain, and that no proxy between this server and Okta replaces certificates."
        case .unreachable(_, .privateAddress, _): "Enter the public domain of your Okta org."
        case .unreachable(_, .refused, _), .unreachable(_, .connection, _):
            "Check the Okta domain, and that this server may open connections to port 443 on the internet."
        case .timedOut: "Check this server's connection to the internet; Timus tries again by itself."
        case .serverError: "Timus tries again by itself; status.okta.com tells whether Okta has a fault."
        case .refused: "Update Timus, or report this with the code."
        case .tooLarge: "Report this; Timus tries again by itself."
        case .cancelled: "Start it again."
        }
    }

    /// What the log gets besides the sentence; it holds no secret.
    public var cause: String? {
        if case .unreachable(_, _, let cause) = self { cause } else { nil }
    }
}
