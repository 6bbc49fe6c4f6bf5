import Foundation

extension Org {
    /// What an administrator would carry over to Timus after following the guide in this org.
    public struct Integration: Sendable {
        public let clientID: String
        public let clientSecret: String
        public let apiToken: String
    }

    /// Does what the guide asks of an administrator in Okta: an app integration *Timus* with the two scopes, given to
    /// everyone, and an API token.
    /// - Parameter signOutRedirectURIs: nil for the root and the sign-in page of the redirect URI's origin.
    public func integrateTimus(
        redirectURI: String,
        signOutRedirectURIs: [String]? = nil
    ) throws(OktaFailure) -> Integration {
        let app = try createApp(
            AppSettings(
                label: "Timus",
                signInRedirectURIs: [redirectURI],
                signOutRedirectURIs: signOutRedirectURIs ?? Self.signOutAddresses(for: redirectURI)
            )
        )
        try grantScope("okta.groups.read", to: app.id)
        try grantScope("okta.users.read", to: app.id)
        try assign(everyone, to: app.id)
        let token = try createToken("Timus", owner: administrator)
        return Integration(clientID: app.clientID, clientSecret: app.clientSecret, apiToken: token.value)
    }

    /// The logins of people who can sign in with `samplePassword`, in the order of making.
    public func sampleLogins(limit: Int) -> [String] {
        let digest = Self.samplePassword
        let administrator = administrator
        return people(limit: limit) { person in
            person.id != administrator && person.status == .active && person.password?.matches(digest) == true
        }
        .map(\.login)
    }

    private static func signOutAddresses(for redirectURI: String) -> [String] {
        guard var url = URLComponents(string: redirectURI) else { return [] }
        url.query = nil
        return ["/", "/sign-in"].compactMap { path in
            url.path = path
            return url.string
        }
    }
}
