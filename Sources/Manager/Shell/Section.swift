import WebUI

/// The sections of Manager, in the order of its navigation.
enum Section: CaseIterable, Sendable {
    case users
    case sites
    case settings
    case administrators
    case events

    var title: String {
        switch self {
        case .users: "Users & Teams"
        case .sites: "Sites"
        case .settings: "Settings"
        case .administrators: "Administrators"
        case .events: "Events"
        }
    }

    var path: Path {
        switch self {
        case .users: "/users"
        case .sites: "/sites"
        case .settings: OktaPath.integrations
        case .administrators: "/administrators"
        case .events: "/events"
        }
    }
}
