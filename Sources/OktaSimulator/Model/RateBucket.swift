/// The endpoints that share one limit; its name is the path by which Okta's dashboard calls it.
enum RateBucket: String, Hashable, Sendable {
    case users = "/api/v1/users"
    case user = "/api/v1/users/{id}"
    case changeUser = "POST|PUT|DELETE /api/v1/users/{id}"
    case groups = "/api/v1/groups"
    case group = "/api/v1/groups/{id}"
    case apps = "/api/v1/apps"
    case app = "/api/v1/apps/{id}"
    case logs = "/api/v1/logs"
    case other = "/api/v1"
    case oauth = "/oauth2/v1"
    /// Nothing limits this one.
    case keys = "/oauth2/v1/keys"

    /// Nil for a path that is neither of the management API nor of the authorization server.
    init?(method: String, path: String) {
        if path.hasPrefix("/oauth2/") {
            self = path == Self.keys.rawValue ? .keys : .oauth
            return
        }
        guard path.hasPrefix("/api/v1/") else { return nil }
        let parts = path.split(separator: "/").dropFirst(2)
        switch (parts.first, parts.count) {
        case ("users", 2): self = method == "GET" ? .user : .changeUser
        case ("users", _): self = .users
        case ("groups", 2): self = .group
        case ("groups", _): self = .groups
        case ("apps", 2): self = .app
        case ("apps", _): self = .apps
        case ("logs", 1): self = .logs
        default: self = .other
        }
    }
}
