import HTTPTypes

/// An error of the OAuth endpoints, with the texts that Okta documents.
struct OAuthError: Error, Hashable {
    var status: HTTPResponse.Status = .badRequest
    let code: String
    let description: String

    static func invalidRequest(_ description: String) -> OAuthError {
        OAuthError(code: "invalid_request", description: description)
    }

    static func invalidGrant(_ description: String) -> OAuthError {
        OAuthError(code: "invalid_grant", description: description)
    }

    static func invalidClient(_ description: String) -> OAuthError {
        OAuthError(status: .unauthorized, code: "invalid_client", description: description)
    }

    // Of the client.
    static let unknownClient = invalidClient("Invalid value for 'client_id' parameter.")
    static let wrongSecret = invalidClient("The client secret supplied for a confidential client is invalid.")
    static let noCredentials = invalidClient("No client credentials found.")
    static let twoCredentials = invalidRequest(
        "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, "
            + "credentials in the post body, or a client_assertion in the post body."
    )

    // Of the authorization request.
    static let unregisteredRedirect = invalidRequest(
        "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings."
    )
    static let unregisteredSignOut = invalidRequest(
        "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings."
    )
    static let notAssigned = OAuthError(
        code: "access_denied",
        description: "User is not assigned to the client application."
    )
    static let loginRequired = OAuthError(
        code: "login_required",
        description: "The client specified not to prompt, but the user is not logged in."
    )
    static let unsupportedResponseType = OAuthError(
        code: "unsupported_response_type",
        description: "The response type is not supported by the authorization server. Supported response types: [code]."
    )
    static let invalidScope = OAuthError(
        code: "invalid_scope",
        description: "The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the "
            + "resource owner."
    )
    static let onlyS256 = invalidRequest(
        "The 'code_challenge_method' is not supported. Supported methods: [S256]."
    )

    // Of the code.
    static let expiredCode = invalidGrant("The authorization code is invalid or has expired.")
    static let wrongVerifier = invalidGrant("PKCE verification failed.")
    static let missingVerifier = invalidGrant("PKCE code verifier is required by the application.")
    static let otherRedirect = invalidGrant(
        "The 'redirect_uri' does not match the redirection URI used in the authorization request."
    )
    static let otherClient = invalidGrant(
        "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
            + "authorize request."
    )
    static let unsupportedGrant = OAuthError(
        code: "unsupported_grant_type",
        description: "The authorization grant type is not supported by the authorization server. Configured grant "
            + "types: [authorization_code]."
    )

    // Of an access token.
    static let invalidToken = OAuthError(
        status: .unauthorized,
        code: "invalid_token",
        description: "The access token is invalid."
    )
    static let insufficientScope = OAuthError(
        status: .forbidden,
        code: "insufficient_scope",
        description: "The access token must provide access to at least one of these scopes - openid."
    )
}
