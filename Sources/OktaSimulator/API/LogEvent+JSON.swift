import Foundation

extension Org.LogEvent {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("uuid", uuid.uuidString.lowercased())
            writer.member("published", OktaTime.preciseText(published))
            writer.member("eventType", type.rawValue)
            writer.member("version", "0")
            writer.member("displayMessage", type.message)
            writer.member("severity", "INFO")
            writer.object("client") { writer in
                for name in ["userAgent", "zone", "device", "id", "ipAddress", "geographicalContext"] {
                    writer.member(name, String?.none)
                }
            }
            writer.member("device", String?.none)
            writer.key("actor") { actor.write(to: &$0) }
            writer.object("outcome") { writer in
                writer.member("result", "SUCCESS")
                writer.member("reason", String?.none)
            }
            writer.array("target") { writer in for target in targets { target.write(to: &writer) } }
            writer.object("transaction") { writer in
                writer.member("type", "WEB")
                writer.member("id", uuid.uuidString.lowercased())
                writer.object("detail") { _ in }
            }
            writer.object("debugContext") { $0.object("debugData") { _ in } }
            writer.member("legacyEventType", String?.none)
            writeContexts(to: &writer)
        }
    }

    /// What only sign-ins fill in.
    private func writeContexts(to writer: inout JSONWriter) {
        writer.object("authenticationContext") { writer in
            for name in ["authenticationProvider", "credentialProvider", "credentialType", "issuer", "interface"] {
                writer.member(name, String?.none)
            }
            writer.member("authenticationStep", 0)
            writer.member("externalSessionId", String?.none)
        }
        writer.object("securityContext") { writer in
            for name in ["asNumber", "asOrg", "isp", "domain", "isProxy"] { writer.member(name, String?.none) }
        }
        writer.object("request") { $0.array("ipChain") { _ in } }
    }
}

extension Org.LogEvent.Entity {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("type", type)
            writer.member("alternateId", alternateID)
            writer.member("displayName", displayName)
            writer.member("detailEntry", String?.none)
        }
    }
}
