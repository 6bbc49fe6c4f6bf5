import Crypto
import Foundation

/// What `/oauth2/v1/token` does with a code.
struct CodeExchange {
    let org: Org
    let keys: SigningKeys

    struct Tokens: Encodable {
        let tokenType = "Bearer"
        let expiresIn = 3_600
        let accessToken: String
        let scope: String
        /// Only where the scope `openid` was asked for.
        let idToken: String?
    }

    /// - Throws: `OAuthError`, or the error of a key that cannot sign.
    func tokens(for form: Form, client: Org.AppIntegration) throws -> Tokens {
        guard form["grant_type"] == "authorization_code" else { throw OAuthError.unsupportedGrant }
        guard let text = form["code"] else {
            throw OAuthError.invalidRequest("The token request must contain the 'code' parameter.")
        }
        guard let code = org.takeCode(text) else { throw OAuthError.expiredCode }
        try check(code, form: form, client: client)
        guard let person = org.person(code.person), person.status == .active else { throw OAuthError.expiredCode }
        let accessToken = org.issueAccessToken(client: client.id, person: person.id, scopes: code.scopes)
        let claims = Claims(person, code: code, accessToken: accessToken, org: org)
        return Tokens(
            accessToken: accessToken.value,
            scope: code.scopes.joined(separator: " "),
            idToken: code.scopes.contains("openid") ? try keys.sign(claims) : nil
        )
    }

    private func check(_ code: Org.AuthorizationCode, form: Form, client: Org.AppIntegration) throws(OAuthError) {
        guard code.client == client.id else { throw .otherClient }
        guard form["redirect_uri"] == code.redirectURI else { throw .otherRedirect }
        switch (code.challenge, form["code_verifier"]) {
        case (nil, nil): return
        case (nil, _?): throw .wrongVerifier
        case (_?, nil): throw .missingVerifier
        case (let challenge?, let verifier?):
            let digest = Data(SHA256.hash(data: Data(verifier.utf8))).base64URL
            guard (43...128).contains(verifier.utf8.count), digest == challenge else { throw .wrongVerifier }
        }
    }
}
