import Foundation
import OktaSimulator

/// What the program says once the org is served: where to go and with which credentials.
struct Announcement: Encodable {
    private struct Administrator: Encodable {
        let username: String
        let password: String
    }

    private struct User: Encodable {
        let email: String
        let password: String
    }

    private let okta: String
    private let oktaAdministrator: Administrator
    private let oktaApiToken: String
    private let oktaClientId: String
    private let oktaClientSecret: String
    private let users: [User]

    init(origin: String, org: Org, integration: Org.Integration) {
        okta = origin
        oktaAdministrator = Administrator(
            username: Org.sampleAdministratorUsername,
            password: Org.sampleAdministratorPassword
        )
        oktaApiToken = integration.apiToken
        oktaClientId = integration.clientID
        oktaClientSecret = integration.clientSecret
        users = org.sampleLogins(limit: 20).map { User(email: $0, password: Org.samplePassword) }
    }

    /// One line; its field names are stable.
    var json: String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(self)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    var text: String {
        """
        Okta simulator at \(okta)

          Admin console   \(okta)/admin/dashboard
          administrator   \(oktaAdministrator.username)  password  \(oktaAdministrator.password)

          Okta domain     \(okta)
          Client ID       \(oktaClientId)
          Client secret   \(oktaClientSecret)
          API token       \(oktaApiToken)

          \(users.first.map { "A user          \($0.email)  password  \($0.password)" } ?? "")

        Ctrl-C ends it. Nothing is kept.
        """
    }
}
