public import Foundation

extension Org {
    /// An OIDC web application that signs people in through this org, and may read its directory with the scopes that
    /// it was granted.
    public struct AppIntegration: Identifiable, Sendable {
        public typealias ID = OktaID<AppIntegration>

        public let id: ID
        public internal(set) var label: String
        public internal(set) var clientSecret: String
        public internal(set) var signInRedirectURIs: [String]
        public internal(set) var signOutRedirectURIs: [String]
        public internal(set) var grantTypes: [String]
        /// Whether a sign-in without PKCE is refused.
        public internal(set) var requiresPKCE: Bool
        /// Where a click on the app's tile leads, with `iss` behind it; nil where it leads to the app's start page.
        public internal(set) var initiateLoginURI: String?
        /// nil where the app is not told that somebody is to be signed out.
        public internal(set) var universalLogout: UniversalLogout?
        /// The Okta API scopes given to the app, such as `okta.groups.read`.
        public internal(set) var grantedScopes: Set<String>
        public internal(set) var assignedPeople: [Person.ID: Date]
        public internal(set) var assignedGroups: [Group.ID: GroupAssignment]
        public internal(set) var isActive: Bool

        public let created: Date
        public internal(set) var lastUpdated: Date

        public var clientID: String { id.description }

        public struct GroupAssignment: Sendable {
            public let at: Date
            public let priority: Int
        }
    }

    /// What an administrator fills in for an app integration.
    public struct AppSettings: Sendable {
        public var label: String
        public var signInRedirectURIs: [String]
        public var signOutRedirectURIs: [String]
        public var grantTypes: [String]
        public var requiresPKCE: Bool
        /// Where a click on the app's tile leads (OpenID Connect Core 1.0 §4).
        public var initiateLoginURI: String?

        public init(
            label: String,
            signInRedirectURIs: [String],
            signOutRedirectURIs: [String] = [],
            grantTypes: [String] = ["authorization_code"],
            requiresPKCE: Bool = false,
            initiateLoginURI: String? = nil
        ) {
            self.label = label
            self.signInRedirectURIs = signInRedirectURIs
            self.signOutRedirectURIs = signOutRedirectURIs
            self.grantTypes = grantTypes
            self.requiresPKCE = requiresPKCE
            self.initiateLoginURI = initiateLoginURI
        }
    }

    /// The Okta API scopes that the console offers to grant.
    public static let apiScopes = [
        "okta.apps.manage", "okta.apps.read", "okta.eventHooks.manage", "okta.eventHooks.read", "okta.groups.manage",
        "okta.groups.read", "okta.logs.read", "okta.users.manage", "okta.users.manage.self", "okta.users.read",
        "okta.users.read.self",
    ]
}
