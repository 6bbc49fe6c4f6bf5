/// Addresses whose requests Okta counts together, each by the address that names it on Okta's rate-limit dashboard.
public enum OktaBucket: String, Hashable, Sendable, Codable, CaseIterable {
    /// Also `/api/v1/groups/{id}/users`.
    case groups = "/api/v1/groups"
    case group = "/api/v1/groups/{id}"
    /// Also `/api/v1/users/{id}/groups`.
    case users = "/api/v1/users"
    case user = "/api/v1/users/{id}"
}
