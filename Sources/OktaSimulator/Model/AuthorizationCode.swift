public import Foundation

extension Org {
    /// What stands between the authorization endpoint and the token endpoint: works once, for five minutes.
    public struct AuthorizationCode: Sendable {
        public let code: String
        public let client: AppIntegration.ID
        public let person: Person.ID
        public let redirectURI: String
        public let scopes: [String]
        public let nonce: String?
        /// The S256 challenge of PKCE.
        public let challenge: String?
        public let signedInAt: Date
        public let expires: Date
    }
}
