/// What the browser brings back from Okta in the query of the redirect URI.
public struct AuthorizationResponse: Sendable {
    /// Look the attempt up by this, once, before anything else of the answer is used.
    public let state: String
    private let issuer: String?
    private let result: Result<String, OIDCError>

    /// Reads a query (without its `?`), percent-encoded as it came.
    ///
    /// Refuses an answer with a field twice, without state, with both code and error or with neither, or longer than
    /// 4,096 bytes.
    public init(query: String) throws(OIDCError) {
        guard query.utf8.count <= 4096, let fields = FormEncoding.decode(query) else {
            throw .malformedResponse(cause: "no query of a bearable size")
        }
        let known = ["state", "code", "error", "error_description", "iss"]
        let values = Dictionary(grouping: fields.filter { known.contains($0.name) }, by: \.name)
        guard values.allSatisfy({ $0.value.count == 1 }) else { throw .malformedResponse(cause: "a field twice") }
        func value(_ name: String) -> String? { values[name]?.first?.value }
        guard let state = value("state"), Self.isPlain(state) else { throw .malformedResponse(cause: "no state") }
        self.state = state
        self.issuer = value("iss")
        switch (value("code"), value("error")) {
        case (let code?, nil) where Self.isPlain(code):
            result = .success(code)
        case (nil, let error?):
            result = .failure(OAuthError(code: error, words: value("error_description")).atAuthorization)
        default:
            throw .malformedResponse(cause: "neither a code nor an error, or both")
        }
    }

    /// The authorization code, or what Okta refused.
    ///
    /// - Parameter issuer: the one kept with the attempt; an `iss` in the answer must equal it byte for byte (RFC 9207).
    public func code(from issuer: String) throws(OIDCError) -> String {
        if let came = self.issuer, came != issuer {
            throw .issuerMismatch(expected: issuer, came: String(came.prefix(200)))
        }
        return try result.get()
    }

    /// Printable ASCII, as RFC 6749 appendix A wants both (VSCHAR).
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    }
}
