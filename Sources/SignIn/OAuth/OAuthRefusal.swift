import HTTPTypes
import Hummingbird
import Storage

/// An error of the token endpoint and its neighbours, in OAuth's form (RFC 6749 §5.2, RFC 8628 §3.5).
struct OAuthRefusal: HTTPResponseError, Equatable {
    enum Code: String {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unsupportedGrantType = "unsupported_grant_type"
        case authorizationPending = "authorization_pending"
        case slowDown = "slow_down"
        case expiredToken = "expired_token"
        case accessDenied = "access_denied"
    }

    let code: Code
    let description: String
    /// Whether the client named itself in `Authorization`, and is answered in that scheme.
    private let usedAuthorization: Bool

    /// - Parameter description: Characters that RFC 6749 §5.2 does not allow are replaced by a question mark.
    init(_ code: Code, _ description: String, usedAuthorization: Bool = false) {
        self.code = code
        self.description = String(description.map(Self.allowed))
        self.usedAuthorization = usedAuthorization
    }

    private static func allowed(_ character: Character) -> Character {
        switch character {
        case "\"": "'"
        case "\\": "/"
        default: character.asciiValue.map { (0x20...0x7E).contains($0) } == true ? character : "?"
        }
    }

    var status: HTTPResponse.Status { code == .invalidClient ? .unauthorized : .badRequest }

    /// Where it was decided, for the events; nil for what refuses nobody: a request that is not Connect's in form, and the
    /// answers to a device that has to wait.
    var step: SignInStep? {
        switch code {
        case .invalidGrant, .expiredToken: .session
        case .accessDenied: .policy
        case .invalidRequest, .invalidClient, .unsupportedGrantType, .authorizationPending, .slowDown: nil
        }
    }

    func response(from request: Request, context: some RequestContext) -> Response {
        response
    }

    var response: Response {
        var response = Response.json(Body(error: code.rawValue, error_description: description), status: status)
        if usedAuthorization { response.headers[.wwwAuthenticate] = "Basic realm=\"timus\"" }
        return response
    }

    private struct Body: Encodable {
        let error: String
        // swift-format-ignore: AlwaysUseLowerCamelCase
        let error_description: String
    }
}
