/// An error in OAuth's own form (RFC 6749 §4.1.2.1 and §5.2).
///
/// Okta's `error_description` is compared with what Okta is known to send; it is never shown, since anybody can put
/// words into a link.
struct OAuthError: Hashable, Sendable, Decodable {
    let code: String
    let words: String?

    enum CodingKeys: String, CodingKey {
        case code = "error"
        case words = "error_description"
    }

    /// From the redirect back to us.
    var atAuthorization: OIDCError {
        switch code {
        case "access_denied" where says("not assigned"): .notAssigned
        case "access_denied" where says("policy evaluation failed"): .policyDenied
        case "access_denied": .accessDenied
        case "login_required", "interaction_required", "consent_required", "account_selection_required":
            .signInInterrupted
        case "invalid_client": .clientIDRejected
        case "unauthorized_client", "unsupported_response_type": .grantNotAllowed
        case "invalid_request" where says("redirect_uri"): .redirectURINotRegistered
        default: .refused(code: printableCode)
        }
    }

    /// From the token endpoint.
    var atToken: OIDCError {
        switch code {
        case "invalid_client" where says("client_id"): .clientIDRejected
        case "invalid_client": .clientSecretRejected
        case "unauthorized_client", "unsupported_grant_type": .grantNotAllowed
        case "invalid_grant" where says("redirect_uri"), "invalid_request" where says("redirect_uri"):
            .redirectURINotRegistered
        case "invalid_grant": .codeExpired
        case "access_denied": atAuthorization
        default: .refused(code: printableCode)
        }
    }

    private func says(_ words: String) -> Bool {
        self.words?.lowercased().contains(words) ?? false
    }

    /// The code for the log, which only ever sees one of OAuth's form.
    private var printableCode: String {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let isPlain = code.utf8.allSatisfy { letters.contains($0) || $0 == UInt8(ascii: "_") }
        return isPlain && code.utf8.count <= 64 ? code : "other"
    }
}
