import Foundation

extension Operation {
    static let eventHooks = [
        Operation("GET", "eventHooks", "okta.eventHooks.read") { (call) throws(OktaFailure) in
            .json { writer in
                writer.array { writer in
                    for hook in call.org.eventHooks { hook.write(to: &writer, origin: call.origin) }
                }
            }
        },
        Operation("POST", "eventHooks", "okta.eventHooks.manage") { (call) throws(OktaFailure) in
            let settings = try Org.EventHook.Settings(call.members(), replacing: nil)
            return call.reply(try call.org.createEventHook(settings, by: call.caller.person.id))
        },
        Operation("GET", "eventHooks/*", "okta.eventHooks.read") { (call) throws(OktaFailure) in
            call.reply(try call.eventHook())
        },
        Operation("PUT", "eventHooks/*", "okta.eventHooks.manage") { (call) throws(OktaFailure) in
            let hook = try call.eventHook()
            let settings = try Org.EventHook.Settings(call.members(), replacing: hook.settings)
            return call.reply(try call.org.replaceEventHook(hook.id, settings))
        },
        Operation("DELETE", "eventHooks/*", "okta.eventHooks.manage") { (call) throws(OktaFailure) in
            try call.org.deleteEventHook(call.eventHook().id)
            return .noContent
        },
        Operation("POST", "eventHooks/*/lifecycle/activate", "okta.eventHooks.manage") { (call) throws(OktaFailure) in
            call.reply(try call.org.setActive(true, eventHook: call.eventHook().id))
        },
        Operation("POST", "eventHooks/*/lifecycle/deactivate", "okta.eventHooks.manage") { (call) throws(OktaFailure) in
            call.reply(try call.org.setActive(false, eventHook: call.eventHook().id))
        },
        Operation("POST", "eventHooks/*/lifecycle/verify", "okta.eventHooks.manage") { (call) throws(OktaFailure) in
            call.reply(try await call.org.verifyEventHook(call.eventHook().id))
        },
    ]
}

extension Call {
    fileprivate func eventHook() throws(OktaFailure) -> Org.EventHook {
        guard let hook = org.eventHook(Org.EventHook.ID(arguments[0])) else {
            throw .notFound(arguments[0], "Webhook")
        }
        return hook
    }

    fileprivate func reply(_ hook: Org.EventHook) -> Reply { .json { hook.write(to: &$0, origin: origin) } }
}

extension Org.EventHook.Settings {
    /// - Parameter old: gives the value of an authentication header that is named without one, since nobody can read it.
    fileprivate init(_ members: [String: JSON], replacing old: Self?) throws(OktaFailure) {
        guard members["events"]?["type"]?.string == "EVENT_TYPE" else {
            throw .validation("events", "events.type: The value must be EVENT_TYPE")
        }
        guard members["channel"]?["type"]?.string == "HTTP", members["channel"]?["version"]?.string != nil else {
            throw .validation("channel", "channel: The type must be HTTP, and the version must be given")
        }
        let config = members["channel"]?["config"]
        self.init(
            name: members["name"]?.string ?? "",
            description: members["description"]?.string,
            uri: config?["uri"]?.string ?? "",
            authentication: Self.authentication(config?["authScheme"], replacing: old?.authentication),
            headers: (config?["headers"]?.array ?? []).map { header in
                Org.EventHook.Header(name: header["key"]?.string ?? "", value: header["value"]?.string ?? "")
            },
            events: (members["events"]?["items"]?.array ?? []).compactMap(\.string)
        )
    }

    private static func authentication(
        _ scheme: JSON?,
        replacing old: Org.EventHook.Header?
    ) -> Org.EventHook.Header? {
        guard let name = scheme?["key"]?.string else { return nil }
        let kept = old?.name.lowercased() == name.lowercased() ? old?.value : nil
        return Org.EventHook.Header(name: name, value: scheme?["value"]?.string ?? kept ?? "")
    }
}
