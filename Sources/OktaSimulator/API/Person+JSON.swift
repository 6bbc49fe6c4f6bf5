import Foundation

extension Org.Person {
    /// The user as the API gives it.
    /// - Parameter inList: members of a list carry no link but `self`.
    func write(to writer: inout JSONWriter, origin: String, typeID: String, inList: Bool) {
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("status", status.rawValue)
            writer.member("created", created)
            writer.member("activated", activated)
            writer.member("statusChanged", statusChanged)
            writer.member("lastLogin", lastLogin)
            writer.member("lastUpdated", lastUpdated)
            writer.member("passwordChanged", passwordChanged)
            writer.object("type") { $0.member("id", typeID) }
            writer.object("profile") { profile.writeMembers(to: &$0) }
            writer.object("credentials") { writeCredentials(to: &$0) }
            writer.object("_links") { writer in
                if inList {
                    self.link("self", "", nil, origin, &writer)
                } else {
                    writeLinks(to: &writer, origin, typeID)
                }
            }
        }
    }

    private func writeCredentials(to writer: inout JSONWriter) {
        if hasPassword { writer.object("password") { _ in } }
        writer.array("emails") { writer in
            writer.object { writer in
                writer.member("value", profile.email)
                writer.member("status", "VERIFIED")
                writer.member("type", "PRIMARY")
            }
            if let second = profile.secondEmail {
                writer.object { writer in
                    writer.member("value", second)
                    writer.member("status", "VERIFIED")
                    writer.member("type", "SECONDARY")
                }
            }
        }
        if let recoveryQuestion { writer.object("recovery_question") { $0.member("question", recoveryQuestion) } }
        writer.object("provider") { writer in
            writer.member("type", provider.rawValue)
            writer.member("name", provider.rawValue)
        }
    }

    private func writeLinks(to writer: inout JSONWriter, _ origin: String, _ typeID: String) {
        switch status {
        case .active, .passwordExpired, .recovery, .lockedOut:
            if status == .lockedOut {
                link("unlock", "/lifecycle/unlock", "POST", origin, &writer)
            } else {
                link("suspend", "/lifecycle/suspend", "POST", origin, &writer)
            }
            link("resetPassword", "/lifecycle/reset_password", "POST", origin, &writer)
            link("forgotPassword", "/credentials/forgot_password", "POST", origin, &writer)
            link("expirePassword", "/lifecycle/expire_password", "POST", origin, &writer)
            link("changeRecoveryQuestion", "/credentials/change_recovery_question", "POST", origin, &writer)
        case .suspended:
            link("unsuspend", "/lifecycle/unsuspend", "POST", origin, &writer)
        case .staged, .deprovisioned:
            link("activate", "/lifecycle/activate", "POST", origin, &writer)
        case .provisioned:
            link("reactivate", "/lifecycle/reactivate", "POST", origin, &writer)
        }
        link("self", "", nil, origin, &writer)
        link("resetFactors", "/lifecycle/reset_factors", "POST", origin, &writer)
        writer.object("type") { $0.member("href", "\(origin)/api/v1/meta/types/user/\(typeID)") }
        if [.active, .passwordExpired].contains(status) {
            link("changePassword", "/credentials/change_password", "POST", origin, &writer)
        }
        if ![.staged, .deprovisioned].contains(status) {
            link("deactivate", "/lifecycle/deactivate", "POST", origin, &writer)
        }
    }

    private func link(
        _ name: String,
        _ path: String,
        _ method: String?,
        _ origin: String,
        _ writer: inout JSONWriter
    ) {
        writer.object(name) { writer in
            writer.member("href", "\(origin)/api/v1/users/\(id)\(path)")
            if let method { writer.member("method", method) }
        }
    }
}

extension Org.Profile {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("firstName", firstName)
        writer.member("lastName", lastName)
        writer.member("mobilePhone", mobilePhone)
        writer.member("secondEmail", secondEmail)
        writer.member("login", login)
        writer.member("email", email)
        for (name, value) in more.sorted(by: { $0.key < $1.key }) { writer.member(name, value) }
    }
}
