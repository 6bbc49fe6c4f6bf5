import Foundation

extension Org.AppIntegration {
    func write(to writer: inout JSONWriter, origin: String) {
        let address = "\(origin)/api/v1/apps/\(id)"
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("name", "oidc_client")
            writer.member("label", label)
            writer.member("status", isActive ? "ACTIVE" : "INACTIVE")
            writer.member("lastUpdated", lastUpdated)
            writer.member("created", created)
            writer.member("features", [String]())
            writer.member("signOnMode", "OPENID_CONNECT")
            writer.object("credentials") { writer in
                writer.object("userNameTemplate") { writer in
                    writer.member("template", "${source.login}")
                    writer.member("type", "BUILT_IN")
                }
                writer.object("oauthClient") { writer in
                    writer.member("autoKeyRotation", true)
                    writer.member("client_id", clientID)
                    writer.member("token_endpoint_auth_method", "client_secret_basic")
                    writer.member("pkce_required", requiresPKCE)
                }
            }
            writer.object("settings") { writer in
                writer.object("app") { _ in }
                writer.object("oauthClient") { writer in
                    writer.member("client_uri", String?.none)
                    writer.member("redirect_uris", signInRedirectURIs)
                    writer.member("post_logout_redirect_uris", signOutRedirectURIs)
                    if let initiateLoginURI { writer.member("initiate_login_uri", initiateLoginURI) }
                    writer.member("response_types", ["code"])
                    writer.member("grant_types", grantTypes)
                    writer.member("application_type", "web")
                    writer.member("consent_method", "REQUIRED")
                    writer.member("issuer_mode", "DYNAMIC")
                }
            }
            writer.object("_links") { writer in
                writer.object("self") { $0.member("href", address) }
                writer.object("users") { $0.member("href", "\(address)/users") }
                writer.object("groups") { $0.member("href", "\(address)/groups") }
                writer.object("deactivate") { $0.member("href", "\(address)/lifecycle/deactivate") }
            }
        }
    }
}

/// A person as one app knows them.
struct AppUser: Sendable {
    let person: Org.Person
    let app: Org.AppIntegration.ID
    let assignedAt: Date
    /// The group that gave them the app; nil where it was given to the person.
    let group: Org.Group.ID?

    func write(to writer: inout JSONWriter, origin: String, typeID: String, embedsUser: Bool) {
        writer.object { writer in
            writer.member("id", person.id.description)
            writer.member("externalId", String?.none)
            writer.member("created", assignedAt)
            writer.member("lastUpdated", max(assignedAt, person.lastUpdated))
            writer.member("scope", group == nil ? "USER" : "GROUP")
            writer.member("status", person.status == .suspended ? "SUSPENDED" : "ACTIVE")
            writer.member("statusChanged", assignedAt)
            writer.member("passwordChanged", Date?.none)
            writer.member("syncState", "DISABLED")
            writer.object("credentials") { $0.member("userName", person.login) }
            writer.object("profile") { _ in }
            if embedsUser {
                writer.object("_embedded") { writer in
                    writer.key("user") { person.write(to: &$0, origin: origin, typeID: typeID, inList: true) }
                }
            }
            writer.object("_links") { writer in
                writer.object("app") { $0.member("href", "\(origin)/api/v1/apps/\(app)") }
                if let group { writer.object("group") { $0.member("href", "\(origin)/api/v1/groups/\(group)") } }
                writer.object("user") { $0.member("href", "\(origin)/api/v1/users/\(person.id)") }
            }
        }
    }
}

/// A group that was given an app.
struct AppGroup: Sendable {
    let group: Org.Group
    let app: Org.AppIntegration.ID
    let assignment: Org.AppIntegration.GroupAssignment

    func write(to writer: inout JSONWriter, origin: String, embedsGroup: Bool) {
        writer.object { writer in
            writer.member("id", group.id.description)
            writer.member("lastUpdated", assignment.at)
            writer.member("priority", assignment.priority)
            writer.object("profile") { _ in }
            if embedsGroup {
                writer.object("_embedded") { writer in
                    writer.key("group") { group.write(to: &$0, origin: origin) }
                }
            }
            writer.object("_links") { writer in
                writer.object("app") { $0.member("href", "\(origin)/api/v1/apps/\(app)") }
                writer.object("self") { $0.member("href", "\(origin)/api/v1/apps/\(app)/groups/\(group.id)") }
                writer.object("group") { $0.member("href", "\(origin)/api/v1/groups/\(group.id)") }
            }
        }
    }
}
