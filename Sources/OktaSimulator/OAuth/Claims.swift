import Crypto
import Foundation

/// What the org says about a person: all of it in an ID token, the second half at `/userinfo`. nil is left out. Times are
/// seconds since 1970.
struct Claims: Encodable {
    let sub: String

    // Of an ID token only.
    var ver: Int?
    var iss: String?
    var aud: String?
    var iat: Int?
    var exp: Int?
    var jti: String?
    var amr: [String]?
    var idp: String?
    var authTime: Int?
    var nonce: String?
    var atHash: String?

    // By scope.
    var name: String?
    var givenName: String?
    var familyName: String?
    var preferredUsername: String?
    var zoneinfo: String?
    var locale: String?
    var updatedAt: Int?
    var email: String?
    var emailVerified: Bool?
    var phoneNumber: String?

    /// What `/userinfo` answers.
    init(_ person: Org.Person, scopes: [String]) {
        sub = person.id.description
        if scopes.contains("profile") {
            name = person.name
            givenName = person.profile.firstName
            familyName = person.profile.lastName
            preferredUsername = person.login
            zoneinfo = "America/Los_Angeles"
            locale = "en_US"
            updatedAt = Int(person.lastUpdated.timeIntervalSince1970)
        }
        if scopes.contains("email") {
            email = person.profile.email
            emailVerified = true
        }
        if scopes.contains("phone") { phoneNumber = person.profile.mobilePhone }
    }

    /// What an ID token says.
    init(_ person: Org.Person, code: Org.AuthorizationCode, accessToken: Org.AccessToken, org: Org) {
        self.init(person, scopes: code.scopes)
        let now = Int(org.now().timeIntervalSince1970)
        ver = 1
        iss = org.origin
        aud = code.client.description
        iat = now
        exp = now + 3_600
        jti = "ID." + RandomText.secret(43)
        amr = ["pwd"]
        idp = org.organisationID
        authTime = Int(code.signedInAt.timeIntervalSince1970)
        nonce = code.nonce
        // The left half of the hash (OpenID Connect Core, section 3.1.3.6).
        atHash = Data(SHA256.hash(data: Data(accessToken.value.utf8)).prefix(16)).base64URL
    }
}
