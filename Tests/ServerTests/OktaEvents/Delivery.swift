import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import OktaSimulator
import Storage

/// What Okta posts to an event hook, and where to.
struct Delivery: Sendable {
    var hook: EventHook.ID
    var secret: String?
    var body: ByteBuffer
    var headers: HTTPFields = [.contentType: "application/json"]

    /// One event with these targets, as `(type, id)`.
    static func body(
        _ type: String,
        _ targets: [(type: String, id: String)],
        id: String = UUID().uuidString,
        uuid: String = UUID().uuidString
    ) -> ByteBuffer {
        let targets = targets.map {
            #"{"id":"\#($0.id)","type":"\#($0.type)","alternateId":"x","displayName":"x","detailEntry":null}"#
        }
        return ByteBuffer(
            string: """
                {"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","cloudEventsVersion":"0.1","eventId":"\(id)",\
                "source":"https://acme.okta.com/api/v1/eventHooks/who1","eventTime":"2026-11-25T10:00:00.000Z",\
                "contentType":"application/json","data":{"events":[{"uuid":"\(uuid)","eventType":"\(type)",\
                "published":"2026-11-25T09:59:59.000Z","outcome":{"result":"SUCCESS"},\
                "target":[\(targets.joined(separator: ","))]}]}}
                """
        )
    }

    /// What is queued to be read by such an event of ana.
    static func suspension(of person: Org.Person.ID, id: String = "e1", uuid: String = "u1") -> ByteBuffer {
        body("user.lifecycle.suspend", [("User", person.description)], id: id, uuid: uuid)
    }
}

extension ManagerConsole {
    /// The organisation's own hook with its secret.
    func delivery(_ body: ByteBuffer) async throws -> Delivery {
        Delivery(
            hook: try await store.eventHook().id,
            secret: try await store.eventHookSecret().value,
            body: body
        )
    }

    func post(_ delivery: Delivery) async throws -> TestResponse {
        var headers = delivery.headers
        headers[.authorization] = delivery.secret
        return try await client.execute(
            uri: "/okta/events/\(delivery.hook)",
            method: .post,
            headers: headers,
            body: delivery.body
        )
    }
}
