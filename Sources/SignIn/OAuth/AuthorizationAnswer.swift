import Hummingbird
import WebUI

/// The address of Connect's loopback redirect with an answer in its query (RFC 6749 §4.1.2), and ours as `iss`
/// (RFC 9207).
struct AuthorizationAnswer {
    let address: String

    init(code: String, to query: AuthorizationQuery, issuer: String) {
        address = Self.address(query.redirectURI, [("code", code), ("state", query.state ?? ""), ("iss", issuer)])
    }

    init(error: String, description: String, redirectURI: String, state: String?, issuer: String) {
        let fields = [("error", error), ("error_description", description), ("state", state ?? ""), ("iss", issuer)]
        address = Self.address(redirectURI, fields)
    }

    var response: Response {
        .seeOther(elsewhere: address)
    }

    /// Fields without a value are left out.
    private static func address(_ redirectURI: String, _ fields: [(String, String)]) -> String {
        let path = fields.filter { !$0.1.isEmpty }.reduce("/" as Path) { $0.query($1.0, $1.1) }
        return redirectURI + path.text.dropFirst()
    }
}
