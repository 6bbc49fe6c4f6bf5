public import Foundation

extension Org {
    /// A bearer token of the org's authorization server; its value says nothing to clients. Lives an hour.
    public struct AccessToken: Sendable {
        public let value: String
        public let client: AppIntegration.ID
        public let person: Person.ID
        public let scopes: [String]
        public let expires: Date
    }
}
