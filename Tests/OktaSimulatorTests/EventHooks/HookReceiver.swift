import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

@testable import OktaSimulator

/// A server on loopback at which an event hook points. It remembers what it was sent, and answers as a test tells it to.
final class HookReceiver: Sendable {
    enum Answer: Sendable {
        case status(Int)
        /// Gives the challenge back; 200 to a delivery.
        case verification
        case body(String)
        case redirection
        case silence
    }

    struct Received: Sendable {
        let method: String
        let headers: HTTPFields
        let text: String

        var json: JSON? { try? JSONDecoder().decode(JSON.self, from: Data(text.utf8)) }
        var eventID: String? { json?["eventId"]?.string }
        var events: [JSON] { json?["data"]?["events"]?.array ?? [] }
        var eventTypes: [String] { events.compactMap { $0["eventType"]?.string } }
        /// The id of the first target of each event.
        var targets: [String] { events.compactMap { $0["target"]?.array?.first?["id"]?.string } }
    }

    private let log = Mutex<[Received]>([])
    private let script: Mutex<[Answer]>
    private let address = Mutex("")

    /// - Parameter answers: to the first requests; the ones after them are answered well.
    private init(answers: [Answer]) { script = Mutex(answers) }

    var uri: String { address.withLock { $0 } }
    var received: [Received] { log.withLock { $0 } }
    var deliveries: [Received] { received.filter { $0.method == "POST" } }

    /// What was delivered, once it is so much.
    func deliveries(_ count: Int) async -> [Received] {
        while deliveries.count < count { await Task.yield() }
        return deliveries
    }

    static func run(
        _ answers: [Answer] = [],
        _ body: @escaping @Sendable (HookReceiver) async throws -> Void
    ) async throws {
        let receiver = HookReceiver(answers: answers)
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in try await receiver.answer(request) }
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { started.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await application.run() }
            let port = await ports.first { _ in true } ?? 0
            receiver.address.withLock { $0 = "http://127.0.0.1:\(port)/hook" }
            defer { tasks.cancelAll() }
            try await body(receiver)
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 16 * 1_048_576)
        log.withLock {
            $0.append(
                Received(method: request.method.rawValue, headers: request.headers, text: String(buffer: body))
            )
        }
        switch script.withLock({ $0.isEmpty ? .verification : $0.removeFirst() }) {
        case .status(let status): return Response(status: .init(code: status))
        case .verification:
            let challenge = request.headers[.challenge]
            return Response(
                status: .ok,
                body: .init(byteBuffer: .init(string: #"{"verification":"\#(challenge ?? "")"}"#))
            )
        case .body(let text): return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: text)))
        case .redirection: return Response(status: .found, headers: [.location: uri])
        case .silence:
            try await Task.sleep(for: .seconds(30))
            return Response(status: .ok)
        }
    }
}

extension Org {
    /// An event hook that points at the receiver and is verified.
    func addHook(
        _ receiver: HookReceiver,
        events: [String] = ["group.lifecycle.create", "group.user_membership.add", "user.lifecycle.suspend"]
    ) throws -> EventHook {
        let hook = try createEventHook(
            .init(
                name: "Timus",
                uri: receiver.uri,
                authentication: .init(name: "Authorization", value: "Bearer secret"),
                headers: [.init(name: "X-Tenant", value: "acme")],
                events: events
            ),
            by: administrator
        )
        return try markVerified(hook.id)
    }

    /// All attempts, once there are so many.
    func attempts(_ count: Int) async -> [EventHookDelivery] {
        while eventHookDeliveries.all.count < count { await Task.yield() }
        return eventHookDeliveries.all
    }
}

extension HTTPField.Name {
    // A name in lower-case letters and hyphens is always well formed.
    // swift-format-ignore: NeverForceUnwrap
    static let challenge = HTTPField.Name("x-okta-verification-challenge")!
}
