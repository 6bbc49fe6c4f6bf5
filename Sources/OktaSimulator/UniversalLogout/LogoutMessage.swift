import Foundation

/// What an app is sent when somebody is to be signed out of it.
struct LogoutMessage {
    /// The body: who is meant, in the app's format.
    struct Body: Encodable {
        struct Subject: Encodable {
            let format: String
            var email: String?
            var iss: String?
            var sub: String?
        }

        let subId: Subject

        init(_ person: Org.Person, format: Org.UniversalLogout.SubjectFormat, org: Org) {
            subId =
                switch format {
                case .email: Subject(format: format.rawValue, email: person.profile.email)
                case .issuerAndSubject:
                    Subject(format: format.rawValue, iss: org.origin, sub: person.id.description)
                }
        }
    }

    /// What the token in `Authorization` says. Times are seconds since 1970.
    struct Claims: Encodable {
        let jti: String
        let iss: String
        let sub: String
        let aud: String
        let exp: Int
        let nbf: Int
        let iat: Int

        init(_ app: Org.AppIntegration, endpoint: String, org: Org) {
            let now = Int(org.now().timeIntervalSince1970)
            jti = RandomText.secret(43)
            iss = org.origin
            sub = app.clientID
            aud = String(endpoint.prefix { $0 != "?" })
            exp = now + 300
            nbf = now - 300
            iat = now
        }
    }

    static let type = "global-token-revocation+jwt"

    let body: Data
    let token: String

    init(_ person: Org.Person, to app: Org.AppIntegration, _ logout: Org.UniversalLogout, org: Org) throws {
        body = try JSONEncoder.oauth.encode(Body(person, format: logout.subjectFormat, org: org))
        token = try org.signingKeys().sign(Claims(app, endpoint: logout.endpoint, org: org), type: Self.type)
    }
}
