import Access
import Directory
import HTTPTypes
import OIDC
import Storage

/// Why a sign-in at Okta did not end in a session. The word is the last part of the page's path; the page knows the
/// sentences, so nothing that came from outside is shown.
enum SignInFailure: String, CaseIterable, Sendable {
    // The person has to be let in.
    case notAssigned = "not-assigned"
    case refusedByPolicy = "policy"
    case refused
    case unknownUser = "unknown-user"
    case inNoGroup = "no-group"
    case inactive
    case banned

    // The same again may work.
    case ended
    case tooLate = "ended-or-used"
    case otherBrowser = "other-browser"
    case unreachable
    case notUnderstood = "not-understood"
    case otherIssuer = "other-org"

    // An administrator has to mend the settings.
    case settings
    case integrationOff = "integration-off"

    init(_ error: OIDCError) {
        self =
            switch error {
            case .notAssigned: .notAssigned
            case .policyDenied: .refusedByPolicy
            case .accessDenied: .refused
            case .unreachable, .timedOut, .providerUnavailable,
                // RFC 6749 §4.1.2.1: Okta says itself that it is not well.
                .refused(code: "server_error"), .refused(code: "temporarily_unavailable"):
                .unreachable
            case .codeExpired: .tooLate
            case .signInInterrupted, .cancelled: .ended
            case .issuerMismatch, .notProvider, .metadataRefused, .clientIDRejected, .clientSecretRejected,
                .redirectURINotRegistered, .grantNotAllowed:
                .settings
            default: .notUnderstood
            }
    }

    /// Why no session was opened for a user; nil where that was no decision.
    init?(of error: StoreError) {
        switch error {
        case .denied(let refusal): self.init(refusal)
        case .notFound: self = .unknownUser
        default: return nil
        }
    }

    init(_ refusal: Decision.Refusal) {
        self =
            switch refusal {
            case .integrationIsDisabled: .integrationOff
            case .banned: .banned
            case .status: .inactive
            default: .inNoGroup
            }
    }

    var status: HTTPResponse.Status {
        switch self {
        case .notAssigned, .refusedByPolicy, .refused, .unknownUser, .inNoGroup, .inactive, .banned: .forbidden
        case .ended, .tooLate, .otherBrowser, .notUnderstood, .otherIssuer: .badRequest
        case .unreachable: .badGateway
        case .settings, .integrationOff: .serviceUnavailable
        }
    }

    /// Where it was decided, for the events.
    var step: SignInStep {
        switch self {
        case .refusedByPolicy, .refused, .ended, .unreachable, .notUnderstood, .settings, .otherIssuer:
            .identityProvider
        case .notAssigned, .unknownUser, .inNoGroup, .inactive, .banned, .integrationOff: .policy
        case .tooLate, .otherBrowser: .session
        }
    }

    /// What Connect is told (RFC 6749 §4.1.2.1).
    var oauthError: String {
        switch self {
        case .unreachable: "temporarily_unavailable"
        case .settings, .integrationOff: "server_error"
        default: "access_denied"
        }
    }

    /// What happened, and what to do.
    var sentences: (what: String, remedy: String) {
        switch self {
        case .notAssigned:
            (
                "You are not assigned to this app in Okta.",
                "Ask your administrator to assign you to the app in Okta, then try again."
            )
        case .refusedByPolicy:
            (
                "A sign-in policy in Okta does not let you in.",
                "Ask your administrator which rule refuses you, then try again."
            )
        case .refused:
            ("Okta did not let you in.", "Ask your administrator why, then try again.")
        case .unknownUser:
            (
                "You signed in at Okta, but Timus does not know you yet.",
                "Ask your administrator to add you to an Okta group that Timus synchronizes. You can sign in after "
                    + "the next sync, which takes a few minutes."
            )
        case .inNoGroup:
            (
                "You are in none of the Okta groups that Timus synchronizes.",
                "Ask your administrator to add you to one of them, then try again after the next sync."
            )
        case .inactive:
            (
                "Your user is not active in Okta.",
                "Ask your administrator to activate it there, then try again after the next sync."
            )
        case .banned:
            ("An administrator of Timus has banned you.", "Ask your administrator to lift the ban.")
        case .ended:
            ("The sign-in at Okta was not finished.", "Try again.")
        case .tooLate:
            (
                "This sign-in took too long, or was used already.",
                "Try again. A sign-in has to be finished within ten minutes."
            )
        case .otherBrowser:
            (
                "This sign-in was not started in this browser, or too many were.",
                "Try again here, and allow cookies for this site."
            )
        case .unreachable:
            ("Okta could not be reached.", "Try again in a minute.")
        case .notUnderstood:
            (
                "Okta's answer could not be verified, so nobody was signed in.",
                "Try again; if it keeps failing, tell your administrator."
            )
        case .otherIssuer:
            (
                "The link that led here is for another Okta org.",
                "Sign in here instead; if the link is your Okta dashboard's, tell your administrator."
            )
        case .settings:
            (
                "Sign-in through Okta is not set up correctly.",
                "Ask your administrator to check Settings > Integrations > Okta in Timus Manager."
            )
        case .integrationOff:
            (
                "Sign-in through Okta is not enabled.",
                "Ask your administrator to enable it under Settings > Integrations in Timus Manager."
            )
        }
    }
}

extension OIDCError {
    /// For the events: what happened, and where a token was refused, by which check.
    var reason: String {
        let sentence = errorDescription ?? "The sign-in did not succeed."
        if case .tokenRefused(let flaw) = self { return "\(sentence) (\(flaw.rawValue))" }
        return sentence
    }
}
