/// What the browser brings back from Okta in the query of the redirect URI.
public struct AuthorizationResponse: Sendable {
    /// Look the attempt up by this, once, before anything else of the answer is used.
    public let state: String
    /// `iss` (RFC 9207).
    let issuer: String?
    /// The authorization code, or what the provider refused. ``RelyingParty/code(from:)`` hands it out.
    let result: Result<String, OIDCError>

    /// Reads a query (without its `?`), percent-encoded as it came.
    ///
    /// Refuses an answer with a field twice or written as a list (`code[]`), with a control character, without state, with
    /// both code and error or with neither, or longer than 4,096 bytes.
    public init(query: String) throws(OIDCError) {
        guard query.utf8.count <= 4096, let fields = FormEncoding.decode(query) else {
            throw .malformedResponse(cause: "no query of a bearable size")
        }
        let known = ["state", "code", "error", "error_description", "iss"]
        let values = Dictionary(grouping: fields) { Self.base($0.name) }.filter { known.contains($0.key) }
        guard values.allSatisfy({ $0.value.count == 1 && $0.value[0].name == $0.key }) else {
            throw .malformedResponse(cause: "a field twice, or as a list")
        }
        guard values.allSatisfy({ $0.value[0].value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }) else {
            throw .malformedResponse(cause: "a control character")
        }
        func value(_ name: String) -> String? { values[name]?.first?.value }
        guard let state = value("state"), Self.isPlain(state) else { throw .malformedResponse(cause: "no state") }
        self.state = state
        self.issuer = value("iss")
        switch (value("code"), value("error")) {
        case (let code?, nil) where Self.isPlain(code):
            result = .success(code)
        case (nil, let error?) where Self.isPlain(error):
            result = .failure(OAuthError(code: error, words: value("error_description")).atAuthorization)
        default:
            throw .malformedResponse(cause: "neither a code nor an error, or both")
        }
    }

    /// The name without what makes it an element of a list in some languages.
    private static func base(_ name: String) -> String {
        String(name.prefix { $0 != "[" })
    }

    /// Printable ASCII, as RFC 6749 appendix A wants both (VSCHAR).
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    }
}
