import Foundation
import Hummingbird

extension ControlAPI {
    func addEventHooks<Context>(to routes: ControlRoutes<Context>) {
        routes.on(.get, "event-hooks/deliveries") { [org] _, _, _ in
            .json { writer in
                writer.array { writer in
                    // What was dropped was never sent: the console shows it, but it is no attempt.
                    for delivery in org.eventHookDeliveries.all where delivery.outcome != .dropped {
                        delivery.write(to: &writer)
                    }
                }
            }
        }
        routes.on(.delete, "event-hooks/deliveries") { [org] _, _, _ in
            org.eventHookDeliveries.clear()
            return .noContent
        }
        routes.on(.get, "event-hooks/settings") { [org] _, _, _ in org.eventHookConduct.reply }
        routes.on(.post, "event-hooks/settings") { [org] body, _, _ in
            let conduct = try org.eventHookConduct.changed(by: body)
            org.eventHookConduct = conduct
            return conduct.reply
        }
    }
}

extension Org.EventHookDelivery {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("hook", hook.description)
            writer.member("event_id", eventID)
            writer.member("attempt", attempt)
            writer.member("status", status.map { JSON.number(Double($0)) } ?? .null)
            writer.member("milliseconds", milliseconds)
            writer.member("outcome", outcome.rawValue)
            writer.member("event_types", eventTypes)
            writer.member("at", OktaTime.preciseText(at))
        }
    }
}

extension Org.EventHookConduct {
    /// What the body does not name stays.
    fileprivate func changed(by body: ControlBody) throws(ControlProblem) -> Self {
        var conduct = self
        conduct.timeout = .milliseconds(
            try body.count("timeout_milliseconds", default: Int(timeout / .milliseconds(1)))
        )
        conduct.delay = .milliseconds(try body.count("delay_milliseconds", default: Int(delay / .milliseconds(1))))
        conduct.duplicatePercent = try body.percent("duplicate_percent", default: duplicatePercent)
        conduct.dropPercent = try body.percent("drop_percent", default: dropPercent)
        if case .bool(let shuffles) = body["shuffle"] {
            conduct.shuffles = shuffles
        } else if body["shuffle"] != nil {
            throw ControlProblem(sentence: "shuffle must be true or false.")
        }
        return conduct
    }

    fileprivate var reply: Reply {
        .json { writer in
            writer.object { writer in
                writer.member("timeout_milliseconds", Int(timeout / .milliseconds(1)))
                writer.member("delay_milliseconds", Int(delay / .milliseconds(1)))
                writer.member("duplicate_percent", duplicatePercent)
                writer.member("drop_percent", dropPercent)
                writer.member("shuffle", shuffles)
            }
        }
    }
}

extension ControlBody {
    fileprivate func percent(_ name: String, default value: Int) throws(ControlProblem) -> Int {
        let percent = try count(name, default: value)
        guard percent <= 100 else { throw ControlProblem(sentence: "\(name) must be from 0 to 100.") }
        return percent
    }
}
