import Access
import ConnectAPI
import Directory
import HTTPTypes
import Hummingbird
import ServiceLifecycle
import SignIn
import Storage
import Tunnels

/// Tells a device that its connection was closed, as soon as it is.
struct ConnectionStateRoute: Sendable {
    /// Seconds that a request may wait.
    static let longest = 60

    let store: Store
    let watch: SiteWatch
    private let limit = WaitLimit()

    init(store: Store, watch: SiteWatch) {
        self.store = store
        self.watch = watch
    }

    func add(to router: Router<WebContext>) {
        router.get(RouterPath(ConnectPath.connection(":id"))) { request, context in
            let (user, _) = try await connectUser(request, store)
            let connection = try await connection(Connection.ID(context.parameters.get("id") ?? ""), of: user.id)
            let wait = try Self.wait(request)
            guard connection.closedAt == nil, wait > 0 else { return Response.json(ConnectionState(connection)) }
            try limit.begin(user.id)
            defer { limit.end(user.id) }
            return Response.json(try await state(of: connection, waiting: .seconds(wait)))
        }
    }

    private func connection(_ id: Connection.ID, of user: User.ID) async throws -> Connection {
        guard let connection = try await store.connection(id), connection.user == user else {
            throw SignIn.Problem.noConnection
        }
        return connection
    }

    /// 0 where it does not say.
    private static func wait(_ request: Request) throws(SignIn.Problem) -> Int {
        guard let text = request.uri.queryParameters["wait"] else { return 0 }
        guard let seconds = Int(text), seconds >= 0 else {
            throw SignIn.Problem(.badRequest, "The server did not understand the request.", detail: "Wait in seconds.")
        }
        return min(seconds, longest)
    }

    /// How it is once it is closed, or when the time is over. Who asks is not asked again who they are: where the sign-in ended
    /// meanwhile, it is what closed the connection, and its reason is what they are to see.
    private func state(of connection: Connection, waiting: Duration) async throws -> ConnectionState {
        guard let peer = try await store.device(connection.device)?.publicKey else {
            return ConnectionState(connection)
        }
        let bell = watch.bell(of: peer, at: connection.site)
        defer { watch.forget(bell, of: peer, at: connection.site) }
        let end = ContinuousClock.now + waiting
        while true {
            guard let now = try await store.connection(connection.id) else { throw SignIn.Problem.noConnection }
            let isOver = ContinuousClock.now >= end || Task.isCancelled || Task.isShuttingDownGracefully
            if now.closedAt != nil || isOver { return ConnectionState(now) }
            _ = await bell.wait(until: end)
        }
    }

}

extension ConnectionState {
    fileprivate init(_ connection: Connection) {
        self.init(
            id: connection.id.rawValue,
            closedAt: connection.closedAt,
            closedBecause: connection.closedBecause.map(Decision.Refusal.sentenceToUser(for:)),
            isClosedByUser: connection.isClosedByUser
        )
    }
}
