public import Foundation

extension Org {
    public struct Group: Identifiable, Sendable {
        public typealias ID = OktaID<Group>

        public enum Kind: String, Sendable {
            /// Made in Okta; its members are chosen here.
            case okta = "OKTA_GROUP"
            /// Imported from an app such as Active Directory; only the app changes it.
            case app = "APP_GROUP"
            /// `Everyone`, which holds all people and cannot be changed.
            case builtIn = "BUILT_IN"
        }

        public let id: ID
        public let kind: Kind
        public internal(set) var name: String
        public internal(set) var description: String?
        /// The app that an `.app` group was imported from.
        public let source: AppIntegration.ID?

        public let created: Date
        /// Moves with the name and the description only.
        public internal(set) var lastUpdated: Date
        /// Moves with the members only.
        public internal(set) var lastMembershipUpdated: Date
    }
}
