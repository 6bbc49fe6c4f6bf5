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

    func add(to router: Router<WebContext>) {
        router.post(RouterPath(ConnectPath.connections)) { request, _ in
            let (user, _) = try await connectUser(request, store)
            let asked = try await request.message(ConnectionRequest.self)
            return Response.json(try await open(asked, for: user), status: .created)
        }
        router.delete(RouterPath(ConnectPath.connection(":id"))) { request, context in
            let (user, _) = try await connectUser(request, store)
            let id = Connection.ID(context.parameters.get("id") ?? "")
            guard try await store.openConnections(of: user.id).contains(where: { $0.id == id }) else {
                throw SignIn.Problem(
                    .notFound,
                    "There is no such connection.",
                    detail: "It may have been closed already."
                )
            }
            try await store.closeConnection(id, because: "Disconnected by the user")
            return Response(status: .noContent)
        }
    }

    /// The store decides again inside its transaction; here the decision comes first so that only who may reach a site
    /// learns that it has no gateway.
    private func open(_ asked: ConnectionRequest, for user: User) async throws -> OpenConnection {
        let device = Device.ID(asked.device)
        guard try await store.device(device)?.user == user.id else {
            throw SignIn.Problem(.notFound, "This device is not enrolled.", detail: "Sign in again to enrol it.")
        }
        guard let facts = try await store.accessFacts(for: user.id) else { throw SignIn.Problem.noNetwork }
        try await store.sawDevice(device)
        // First what has nothing to do with the site: the answer must not depend on whether there is such a site.
        if let refusal = facts.refusalForEverySite { throw SignIn.Problem(refusal) }
        let id = Site.ID(asked.site)
        if case .denied(let refusal) = facts.decision(for: id) { throw SignIn.Problem(refusal) }
        guard let site = facts.sites.first(where: { $0.id == id }) else { throw SignIn.Problem.noNetwork }
        guard let gateway = try await gateway(of: id) else {
            throw SignIn.Problem(
                .conflict,
                "The site \(site.name) has no gateway yet.",
                detail: "Ask an administrator to add one under Sites."
            )
        }
        let connection = try await opened(device, to: id)
        return OpenConnection(
            id: connection.id.rawValue,
            network: site.name,
            address: "\(connection.address)/32",
            peer: OpenConnection.Peer(
                publicKey: gateway.publicKey,
                endpoint: gateway.endpoint,
                allowedIPs: [site.addressRange.description]
            ),
            openedAt: connection.openedAt
        )
    }

    private func opened(_ device: Device.ID, to site: Site.ID) async throws -> Connection {
        do {
            return try await store.openConnection(device: device, site: site)
        } catch {
            guard case .denied(let refusal) = error else { throw error }
            throw SignIn.Problem(refusal)
        }
    }

    /// The gateway that was heard of last.
    private func gateway(of site: Site.ID) async throws -> Gateway? {
        try await store.gateways(of: site).max {
            ($0.lastSeenAt ?? .distantPast, $0.createdAt) < ($1.lastSeenAt ?? .distantPast, $1.createdAt)
        }
    }
}
