import HTTPTypes
import Hummingbird

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

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    var status: HTTPResponse.Status { code == .invalidClient ? .unauthorized : .badRequest }

    func response(from request: Request, context: some RequestContext) -> Response {
        response
    }

    var response: Response {
        .json(Body(error: code.rawValue, error_description: description), status: status)
    }

    private struct Body: Encodable {
        let error: String
        // swift-format-ignore: AlwaysUseLowerCamelCase
        let error_description: String
    }
}
