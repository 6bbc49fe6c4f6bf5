import Crypto
import Directory
import Foundation
import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
public import SignIn
import Storage
public import Sync

/// Where Okta's event hooks are received: `/okta/events/{integration}`.
///
/// An event is a ping and no truth: the users and groups that it names are read again from Okta. Who may send one knows
/// the hook's secret, and gains nothing by it but a few readings. Nothing of a request waits for a write.
public struct OktaEventsRoutes: Sendable {
    /// Bytes that a delivery may have.
    static let largest = 1 << 20

    private let inbox: EventInbox
    private let engine: SyncEngine

    public init(inbox: EventInbox, engine: SyncEngine) {
        self.inbox = inbox
        self.engine = engine
    }

    public func add(to router: Router<WebContext>) {
        router.get("/okta/events/{integration}", use: verify)
        router.post("/okta/events/{integration}", use: receive)
    }

    /// Okta asks once, when the hook is verified, whether the address is of who gave it.
    @Sendable
    private func verify(_ request: Request, context: WebContext) async throws -> Response {
        let (id, hook) = try await hook(of: context)
        guard let challenge = request.headers[.verificationChallenge], challenge.utf8.count <= 1024 else {
            throw SignIn.Problem(
                .badRequest,
                "This address is for an event hook of Okta's.",
                detail: "Paste it under Workflow > Event Hooks in Okta and verify it there."
            )
        }
        inbox.notes.add(id, of: hook.store) { $0.isVerified = true }
        return .json(["verification": challenge])
    }

    @Sendable
    private func receive(_ request: Request, context: WebContext) async throws -> Response {
        let (id, hook) = try await hook(of: context)
        guard hook.secret.matches(request.headers[.authorization]) else {
            inbox.logger.notice(
                "an event came with a secret that is not the event hook's",
                metadata: ["hook": "\(id.rawValue.prefix(6))…"]
            )
            throw SignIn.Problem(
                .unauthorized,
                "The event hook's secret is another.",
                detail: "Copy the authentication secret again from the Okta Integration window of Timus Manager."
            )
        }
        guard let delivery = EventDelivery(try await body(of: request)) else {
            throw SignIn.Problem(.badRequest, "This is no delivery of an event hook.", detail: "Send it as Okta does.")
        }
        take(delivery, from: id, hook)
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    private func take(_ delivery: EventDelivery, from id: EventHook.ID, _ hook: KnownHooks.Hook) {
        guard inbox.delivered.insert("\(id) \(delivery.eventID)") else { return }
        var names = NamedObjects()
        for event in delivery.events where event.type != nil {
            if let uuid = event.uuid, !inbox.delivered.insert("\(id) event \(uuid)") { continue }
            let more = event.names
            names.users.formUnion(more.users)
            names.groups.formUnion(more.groups)
        }
        if !names.isEmpty { engine.read(names, of: hook.store.organisation) }
        if let last = delivery.events.last(where: { $0.type != nil }) {
            inbox.notes.add(id, of: hook.store) { $0.event = last.eventType }
        }
    }

    /// The hook that the address names.
    private func hook(of context: WebContext) async throws -> (EventHook.ID, KnownHooks.Hook) {
        let id = EventHook.ID(try context.parameters.require("integration"))
        guard let (hook, isAgeing) = try await inbox.hooks.hook(id) else {
            throw SignIn.Problem(
                .notFound,
                "There is no such event hook.",
                detail: "Copy its URL again from the Okta Integration window of Timus Manager."
            )
        }
        if isAgeing { inbox.notes.add(id, of: hook.store) { $0.isAgeing = true } }
        return (id, hook)
    }

    private func body(of request: Request) async throws -> Data {
        do {
            return Data(try await request.body.collect(upTo: Self.largest).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw SignIn.Problem(
                .contentTooLarge,
                "This delivery is too large.",
                detail: "An event hook's delivery has at most 1 MiB."
            )
        }
    }
}

extension Secret {
    /// Compares digests, so that neither the time nor the length tells how much of it was right.
    fileprivate func matches(_ sent: String?) -> Bool {
        guard let sent else { return false }
        return SHA256.hash(data: Data(sent.utf8)) == SHA256.hash(data: Data(value.utf8))
    }
}

extension HTTPField.Name {
    // swift-format-ignore: NeverForceUnwrap
    // A token of RFC 9110 §5.6.2, the only thing that the initializer checks.
    fileprivate static let verificationChallenge = Self("X-Okta-Verification-Challenge")!
}
