import Foundation
import HTTPTypes

/// A client ID and secret as they came, in the `Authorization` header or in the body.
struct ClientCredentials {
    let id: String
    let secret: String

    init(authorization: String?, form: Form) throws(OAuthError) {
        let isInHeader = authorization?.lowercased().hasPrefix("basic ") == true
        if isInHeader && form.has("client_secret") { throw .twoCredentials }
        if let authorization, isInHeader {
            // Each part is form-encoded before the two are joined (RFC 6749, section 2.3.1).
            let parts = Data(base64Encoded: String(authorization.dropFirst(6)).trimmed)
                .map { String(decoding: $0, as: UTF8.self) }?
                .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let parts, parts.count == 2, let id = Form.decode(parts[0]), let secret = Form.decode(parts[1]) else {
                throw .noCredentials
            }
            if let other = form["client_id"], other != id { throw .twoCredentials }
            self.id = id
            self.secret = secret
        } else {
            guard let id = form["client_id"], let secret = form["client_secret"] else { throw .noCredentials }
            self.id = id
            self.secret = secret
        }
    }

    /// The app whose credentials these are.
    func client(in org: Org) throws(OAuthError) -> Org.AppIntegration {
        guard let client = org.app(clientID: id), client.isActive else { throw .unknownClient }
        guard client.clientSecret == secret else { throw .wrongSecret }
        return client
    }
}
