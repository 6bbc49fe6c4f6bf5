/// What the administrator copied from Okta: enough to sign users in and to read users and groups.
public struct OktaCredentials: Hashable, Sendable {
    /// As shown: `acme.okta.com`.
    public let domain: String
    public let issuer: String
    public let clientID: String
    public let clientSecret: Secret
    public let apiToken: Secret

    public init(domain: String, issuer: String, clientID: String, clientSecret: Secret, apiToken: Secret) {
        self.domain = domain
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.apiToken = apiToken
    }
}
