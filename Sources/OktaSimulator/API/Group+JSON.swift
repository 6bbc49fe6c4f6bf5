import Foundation

extension Org.Group {
    /// What `expand=stats` adds.
    struct Stats: Sendable {
        let users: Int
        let apps: Int
    }

    func write(to writer: inout JSONWriter, origin: String, stats: Stats? = nil) {
        let address = "\(origin)/api/v1/groups/\(id)"
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("created", created)
            writer.member("lastUpdated", lastUpdated)
            writer.member("lastMembershipUpdated", lastMembershipUpdated)
            writer.member("objectClass", [kind == .app ? "okta:windows_security_principal" : "okta:user_group"])
            writer.member("type", kind.rawValue)
            writer.object("profile") { writer in
                writer.member("name", name)
                writer.member("description", description)
            }
            if let stats {
                writer.object("_embedded") { writer in
                    writer.object("stats") { writer in
                        writer.member("usersCount", stats.users)
                        writer.member("appsCount", stats.apps)
                        writer.member("groupPushMappingsCount", 0)
                        writer.member("hasAdminPrivilege", false)
                    }
                }
            }
            writer.object("_links") { writer in
                writer.array("logo") { writer in
                    for size in ["medium", "large"] {
                        writer.object { writer in
                            writer.member("name", size)
                            writer.member("href", "\(origin)/assets/groups/\(size).png")
                            writer.member("type", "image/png")
                        }
                    }
                }
                if let source {
                    writer.object("source") { $0.member("href", "\(origin)/api/v1/apps/\(source)") }
                }
                writer.object("users") { $0.member("href", "\(address)/users") }
                writer.object("apps") { $0.member("href", "\(address)/apps") }
            }
        }
    }
}
