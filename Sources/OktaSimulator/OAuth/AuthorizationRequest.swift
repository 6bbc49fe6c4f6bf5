import Foundation

/// What an app asks of `/oauth2/v1/authorize`.
struct AuthorizationRequest: Sendable {
    let parameters: Form
    let client: Org.AppIntegration
    let redirectURI: String

    /// Reads who asks and where the answer goes. What is thrown here must not be sent to the redirect URI, which is not
    /// known to be the app's: it is shown on a page of the org.
    init(_ parameters: Form, org: Org) throws(OAuthError) {
        guard let client = org.app(clientID: parameters.text("client_id")) else { throw .unknownClient }
        let redirectURI = parameters["redirect_uri"] ?? ""
        guard client.signInRedirectURIs.contains(redirectURI) else { throw .unregisteredRedirect }
        self.parameters = parameters
        self.client = client
        self.redirectURI = redirectURI
    }

    var state: String? { parameters["state"] }
    var nonce: String? { parameters["nonce"] }
    var challenge: String? { parameters["code_challenge"] }
    var loginHint: String { parameters.text("login_hint") }
    var scopes: [String] { parameters.text("scope").split(separator: " ").map(String.init) }
    var prompts: Set<String> { Set(parameters.text("prompt").split(separator: " ").map(String.init)) }

    /// Every rule that does not need the person.
    func check() throws(OAuthError) {
        if parameters.text("state").isEmpty {
            throw .invalidRequest("The authentication request has an invalid 'state' parameter.")
        }
        if let names = repeatedParameter {
            throw .invalidRequest("The '\(names)' parameter must not be given more than once.")
        }
        guard parameters["response_type"] == "code" else { throw .unsupportedResponseType }
        if let mode = parameters["response_mode"], !["query", "form_post"].contains(mode) {
            throw .invalidRequest("The response mode '\(mode)' is not supported for the response type 'code'.")
        }
        try checkScopes()
        try checkChallenge()
        try checkPrompt()
    }

    private var repeatedParameter: String? {
        let names = parameters.pairs.map(\.name)
        return names.first { name in names.count { $0 == name } > 1 }
    }

    private func checkScopes() throws(OAuthError) {
        let known: Set<String> = ["openid", "email", "profile", "address", "phone", "groups"]
        let allowed = known.union(client.grantedScopes)
        if scopes.isEmpty || !allowed.isSuperset(of: scopes) { throw .invalidScope }
    }

    private func checkChallenge() throws(OAuthError) {
        guard let challenge else {
            if client.requiresPKCE || parameters.has("code_challenge_method") {
                throw .invalidRequest("PKCE code challenge is required by the application.")
            }
            return
        }
        guard parameters["code_challenge_method"] == "S256" else { throw .onlyS256 }
        // 32 bytes of SHA-256 are 43 letters of base64url (RFC 7636, section 4.2).
        guard challenge.utf8.count == 43, Data(base64URL: challenge)?.count == 32 else {
            throw .invalidRequest("The 'code_challenge' parameter is not a well-formed S256 challenge.")
        }
    }

    private func checkPrompt() throws(OAuthError) {
        guard prompts.isSubset(of: ["none", "login", "consent"]), !(prompts.contains("none") && prompts.count > 1)
        else {
            throw .invalidRequest("The 'prompt' parameter is invalid.")
        }
    }

    /// Whether a session that began then is too old for this request.
    func needsNewSignIn(since startedAt: Date, now: Date) -> Bool {
        if let floor = parameters[Self.signedInAfter].flatMap(Double.init) {
            return startedAt.timeIntervalSince1970 < floor
        }
        if prompts.contains("login") { return true }
        guard let maximum = parameters["max_age"].flatMap(Double.init) else { return false }
        return now.timeIntervalSince(startedAt) > maximum
    }

    /// Where to go on once the person has signed in: the same request, which then asks for a session that began
    /// no earlier than now instead of asking for a new sign-in each time.
    func path(signedInAfter now: Date) -> String {
        var parameters = parameters
        for name in ["prompt", "max_age", Self.signedInAfter] { parameters.remove(name) }
        parameters.add(Self.signedInAfter, String(Int(now.timeIntervalSince1970)))
        return "/oauth2/v1/authorize?" + parameters.encoded
    }

    private static let signedInAfter = "signed_in_after"
}
