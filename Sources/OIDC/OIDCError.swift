public import Foundation

/// Why a sign-in, or the test of its settings, did not succeed.
///
/// The sentences may be shown to anybody: none holds text that came from outside. What came is in ``cause``, for the log.
public enum OIDCError: LocalizedError, Hashable, Sendable {
    // The settings: an administrator has to mend them.
    case issuerMismatch(expected: String, came: String)
    case notProvider(host: String, cause: String)
    case metadataRefused(MetadataFlaw)
    case clientIDRejected
    case clientSecretRejected
    case redirectURINotRegistered
    case grantNotAllowed

    // The person: somebody in Okta has to let them in.
    case notAssigned
    case policyDenied
    case accessDenied

    // Passing: the same again may work.
    case unreachable(host: String, cause: String)
    case timedOut(host: String)
    case providerUnavailable(host: String, status: Int)
    case codeExpired
    case signInInterrupted
    case cancelled

    // Suspicious: nothing of the answer is used.
    case malformedResponse(cause: String)
    /// Which check of the ID token failed.
    case tokenRefused(Check)
    /// An error that we have no sentence for; `code` is OAuth's.
    case refused(code: String)

    /// Whether the client ID is at fault.
    public var concernsClientID: Bool { self == .clientIDRejected || self == .grantNotAllowed }

    /// Whether the client secret is at fault.
    public var concernsClientSecret: Bool { self == .clientSecretRejected }

    public var errorDescription: String? {
        switch self {
        case .issuerMismatch: "The Okta domain belongs to another issuer than the one that was entered."
        case .notProvider(let host, _): "\(host) did not answer as an Okta org does."
        case .metadataRefused(let flaw): "Sign-in at this Okta org would not be safe: \(flaw.sentence)"
        case .clientIDRejected: "Okta does not know the client ID."
        case .clientSecretRejected: "Okta does not accept the client secret."
        case .redirectURINotRegistered: "The app in Okta does not list this server's sign-in redirect URI."
        case .grantNotAllowed: "The app in Okta does not allow the grant type Authorization Code."
        case .notAssigned: "You are not assigned to this app in Okta."
        case .policyDenied: "A sign-in policy in Okta does not let you in."
        case .accessDenied: "Okta did not let you in."
        case .unreachable(let host, _): "The connection to \(host) failed."
        case .timedOut(let host): "\(host) did not answer in time."
        case .providerUnavailable(let host, let status): "\(host) answered with HTTP status \(status)."
        case .codeExpired: "This sign-in took too long, or was used already."
        case .signInInterrupted: "The sign-in at Okta was not finished."
        case .cancelled: "The sign-in was stopped."
        case .malformedResponse: "Okta's answer could not be understood."
        case .tokenRefused: "Okta's answer could not be verified."
        case .refused: "Okta did not complete the sign-in."
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .issuerMismatch, .notProvider: "Check the Okta domain."
        case .metadataRefused: "Check the Okta domain, and ask Okta's support about the org's sign-in settings."
        case .clientIDRejected: "Copy the Client ID again from the app's General tab in Okta."
        case .clientSecretRejected: "Copy the Client Secret again from the app's General tab in Okta."
        case .redirectURINotRegistered: "Add it under Sign-in redirect URIs in the app's General tab in Okta."
        case .grantNotAllowed: "Turn on Authorization Code under Grant type in the app's General tab in Okta."
        case .notAssigned: "Ask your administrator to assign you to the app in Okta, then try again."
        case .policyDenied, .accessDenied: "Ask your administrator which rule in Okta refuses you, then try again."
        case .unreachable, .timedOut, .providerUnavailable: "Try again in a minute."
        case .codeExpired, .signInInterrupted, .cancelled: "Sign in again."
        case .malformedResponse, .tokenRefused, .refused: "Sign in again; if it keeps failing, tell your administrator."
        }
    }

    /// What the log gets besides the sentence; it holds no secret, code or token.
    public var cause: String? {
        switch self {
        case .issuerMismatch(let expected, let came): "expected \(expected), came \(came)"
        case .notProvider(_, let cause), .unreachable(_, let cause), .malformedResponse(let cause): cause
        case .metadataRefused(let flaw): flaw.rawValue
        case .tokenRefused(let check): check.rawValue
        case .refused(let code): code
        default: nil
        }
    }
}

extension OIDCError {
    /// What discovery refuses in a provider's metadata.
    public enum MetadataFlaw: String, Hashable, Sendable {
        case noS256
        case endpointElsewhere
        case endpointNotHTTPS
        case noUsableAlgorithm

        var sentence: String {
            switch self {
            case .noS256: "it does not offer PKCE with S256."
            case .endpointElsewhere: "one of its addresses lies on another host."
            case .endpointNotHTTPS: "one of its addresses is not https."
            case .noUsableAlgorithm: "it signs ID tokens with neither RS256 nor ES256."
            }
        }
    }
}
