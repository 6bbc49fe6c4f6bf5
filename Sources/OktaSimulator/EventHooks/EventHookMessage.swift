import Foundation

/// What an event hook is told at once: some events, in an envelope after CloudEvents 0.1.
struct EventHookMessage: Sendable {
    /// What a receiver knows a duplicate by.
    let id = UUID()
    let hook: Org.EventHook.ID
    let events: [Org.LogEvent]

    func write(to writer: inout JSONWriter, origin: String, at time: Date) {
        writer.object { writer in
            writer.member("eventType", "com.okta.event_hook")
            writer.member("eventTypeVersion", "1.0")
            writer.member("cloudEventsVersion", "0.1")
            writer.member("source", "\(origin)/api/v1/eventHooks/\(hook)")
            writer.member("eventId", id.uuidString.lowercased())
            writer.object("data") { writer in
                writer.array("events") { writer in for event in events { event.write(to: &writer) } }
            }
            writer.member("eventTime", OktaTime.preciseText(time))
            writer.member("contentType", "application/json")
        }
    }
}
