import Access
import ConnectAPI
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import SignIn
import Storage

/// Opens and closes the user's connections.
struct ConnectionsRoute: Sendable {
    let store: Store
    private let limit = OpeningLimit()

    init(store: Store) {
        self.store = store
    }

    func add(to router: Router<WebContext>) {
        router.post(RouterPath(ConnectPath.connections)) { request, _ in
            let (user, session) = try await connectUser(request, store)
            try await limit.admit(user.id)
            let asked = try await request.message(ConnectionRequest.self)
            return Response.json(try await open(asked, for: user, in: session), status: .created)
        }
        router.delete(RouterPath(ConnectPath.connection(":id"))) { request, context in
            let (user, _) = try await connectUser(request, store)
            let id = Connection.ID(context.parameters.get("id") ?? "")
            guard let connection = try await store.connection(id), connection.user == user.id,
                connection.closedAt == nil
            else { throw SignIn.Problem.noConnection }
            try await store.closeConnection(id, because: "Disconnected by the user.", byUser: true)
            return Response(status: .noContent)
        }
    }

    /// The store decides again inside its transaction; here the decision comes first so that only who may reach a site
    /// learns that it has no gateway.
    private func open(_ asked: ConnectionRequest, for user: User, in session: Session) async throws -> OpenConnection {
        let device = Device.ID(asked.device)
        guard try await store.device(device)?.user == user.id else {
            throw SignIn.Problem(.notFound, "This device is not enrolled.", detail: "Sign in again to enrol it.")
        }
        guard let facts = try await store.accessFacts(for: user.id) else { throw SignIn.Problem.noNetwork }
        try await store.sawDevice(device)
        let id = Site.ID(asked.site)
        if let refusal = refusal(of: id, facts) {
            // Without the event, it is refused all the same.
            try? await store.noteRefusal(device: device, site: id)
            throw SignIn.Problem(refusal)
        }
        guard let site = facts.sites.first(where: { $0.id == id }) else { throw SignIn.Problem.noNetwork }
        let peers = try await peers(of: site, for: device)
        guard let first = peers.first else {
            throw SignIn.Problem(
                .conflict,
                "The site \(site.name) has no gateway yet.",
                detail: "Ask an administrator to add one under Sites."
            )
        }
        let connection = try await opened(device, to: id, in: session)
        return OpenConnection(
            id: connection.id.rawValue,
            network: site.name,
            address: "\(connection.address)/32",
            peer: first,
            alternatives: Array(peers.dropFirst()),
            openedAt: connection.openedAt
        )
    }

    /// First what has nothing to do with the site: the answer must not depend on whether there is such a site.
    private func refusal(of site: Site.ID, _ facts: AccessFacts) -> Decision.Refusal? {
        if let refusal = facts.refusalForEverySite { return refusal }
        guard case .denied(let refusal) = facts.decision(for: site) else { return nil }
        return refusal
    }

    private func opened(_ device: Device.ID, to site: Site.ID, in session: Session) async throws -> Connection {
        do {
            return try await store.openConnection(device: device, site: site, session: session.id)
        } catch {
            guard case .denied(let refusal) = error else { throw error }
            throw SignIn.Problem(refusal)
        }
    }

    private func peers(of site: Site, for device: Device.ID) async throws -> [OpenConnection.Peer] {
        let gateways = GatewayOrder(now: store.now(), device: device).sorted(try await store.gateways(of: site.id))
        return gateways.compactMap { gateway in
            gateway.publicKey.map { key in
                OpenConnection.Peer(
                    publicKey: key,
                    endpoint: gateway.endpoint,
                    allowedIPs: [site.addressRange.description]
                )
            }
        }
    }
}

extension SignIn.Problem {
    /// The same for a connection that is not there and for another user's.
    static let noConnection = SignIn.Problem(
        .notFound,
        "There is no such connection.",
        detail: "It may have been closed already."
    )
}
