import Hummingbird

/// `GET /.well-known/oauth-authorization-server`: what Connect, or any OAuth client, has to know of us (RFC 8414). The issuer is
/// an origin without a path, so there is one such address.
struct Metadata {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        let origin = entrance.settings.publicURL
        router.get(Self.path) { _, _ -> Response in
            Response.json(Body(origin))
        }
    }

    private static let path: RouterPath = "/.well-known/oauth-authorization-server"

    // The names of RFC 8414 §2, and of RFC 9207 §3.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    private struct Body: Encodable {
        let issuer: String
        let authorization_endpoint: String
        let token_endpoint: String
        let device_authorization_endpoint: String
        let revocation_endpoint: String
        let response_types_supported = ["code"]
        let response_modes_supported = ["query"]
        let grant_types_supported = ["authorization_code", "refresh_token", TokenEndpoint.deviceCodeGrant]
        let code_challenge_methods_supported = ["S256"]
        let token_endpoint_auth_methods_supported = ["none"]
        let revocation_endpoint_auth_methods_supported = ["none"]
        let authorization_response_iss_parameter_supported = true
        let scopes_supported = ["connect"]

        init(_ origin: String) {
            issuer = origin
            authorization_endpoint = origin + "/oauth/authorize"
            token_endpoint = origin + "/oauth/token"
            device_authorization_endpoint = origin + "/oauth/device_authorization"
            revocation_endpoint = origin + "/oauth/revoke"
        }
    }
}
