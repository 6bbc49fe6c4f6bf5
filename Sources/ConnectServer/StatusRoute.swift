import Access
import ConnectAPI
import Directory
import Foundation
import Hummingbird
import SignIn
import Storage

/// Who is signed in and what is open.
struct StatusRoute: Sendable {
    let store: Store

    func add(to router: Router<WebContext>) {
        router.get(RouterPath(ConnectPath.status)) { request, _ in
            let (user, session) = try await connectUser(request, store)
            let sites = Dictionary(uniqueKeysWithValues: try await store.sites().map { ($0.id, $0.name) })
            let connections = try await store.openConnections(of: user.id).map { connection in
                ConnectStatus.Connection(
                    id: connection.id.rawValue,
                    network: sites[connection.site] ?? connection.site.rawValue,
                    device: connection.device.rawValue,
                    address: connection.address,
                    openedAt: connection.openedAt
                )
            }
            return Response.json(
                ConnectStatus(
                    organisation: try await store.organisationName(),
                    user: user.id.rawValue,
                    name: user.name,
                    email: user.email,
                    sessionExpiresAt: session.expiresAt,
                    connections: connections
                )
            )
        }
    }
}
