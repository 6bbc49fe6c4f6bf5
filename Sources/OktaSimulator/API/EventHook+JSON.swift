import Foundation

extension Org.EventHook {
    /// The authentication header's value is never told.
    func write(to writer: inout JSONWriter, origin: String) {
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("status", isActive ? "ACTIVE" : "INACTIVE")
            writer.member("verificationStatus", isVerified ? "VERIFIED" : "UNVERIFIED")
            writer.member("name", settings.name)
            writer.member("description", settings.description)
            writer.member("created", created)
            writer.member("createdBy", createdBy.description)
            writer.member("lastUpdated", lastUpdated)
            writer.object("events") { writer in
                writer.member("type", "EVENT_TYPE")
                writer.member("items", settings.events)
                writer.member("filter", String?.none)
            }
            writer.object("channel") { writer in
                writer.member("type", "HTTP")
                writer.member("version", "1.0.0")
                writer.object("config") { settings.writeChannel(to: &$0) }
            }
            writeLinks(to: &writer, address: "\(origin)/api/v1/eventHooks/\(id)")
        }
    }

    private func writeLinks(to writer: inout JSONWriter, address: String) {
        writer.object("_links") { writer in
            writer.object("self") { $0.member("href", address) }
            for move in isActive ? ["verify", "deactivate"] : ["activate"] {
                writer.link(move, "\(address)/lifecycle/\(move)", method: "POST")
            }
            if !isActive { writer.link("delete", address, method: "DELETE") }
        }
    }
}

extension Org.EventHook.Settings {
    fileprivate func writeChannel(to writer: inout JSONWriter) {
        writer.member("uri", uri)
        writer.array("headers") { writer in
            for header in headers {
                writer.object { writer in
                    writer.member("key", header.name)
                    writer.member("value", header.value)
                }
            }
        }
        writer.member("method", "POST")
        if let authentication {
            writer.object("authScheme") { writer in
                writer.member("type", "HEADER")
                writer.member("key", authentication.name)
            }
        } else {
            writer.member("authScheme", String?.none)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func link(_ name: String, _ address: String, method: String) {
        object(name) { writer in
            writer.member("href", address)
            writer.object("hints") { $0.member("allow", [method]) }
        }
    }
}
