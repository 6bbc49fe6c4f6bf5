import Access
import Directory

@testable import Storage

extension Acme {
    /// The user's session in Connect: the one that is there, or a new one.
    func connectSession(of user: User.ID) async throws -> Session.ID {
        if let open = try await store.sessions(of: .user(user)).first(where: { $0.kind == .connect }) { return open.id }
        return try await store.openSession(.user(user), kind: .connect, userAgent: "Connect", address: "192.0.2.7")
            .session.id
    }

    func open(_ device: Device, to site: Site.ID) async throws -> Connection {
        let session = try await connectSession(of: device.user)
        return try await store.openConnection(device: device.id, site: site, session: session)
    }

    /// A gateway that is enrolled; at Berlin where nothing else is said.
    func gateway(
        at site: Site? = nil,
        name: String = "berlin-1",
        key: UInt8 = 200
    ) async throws -> (gateway: Gateway, token: Secret) {
        let (_, code) = try await store.addGateway(
            site: (site ?? berlin).id,
            name: name,
            endpoint: "\(name).acme.example:51820",
            by: Self.operatorAtTheServer
        )
        let enrolled = try await store.enrolGateway(code: code.value, publicKey: Self.publicKey(key))
        return (enrolled.gateway, enrolled.token)
    }

    /// The keys that Berlin's gateways let in.
    func peersOfBerlin() async throws -> [String] {
        try await store.peerState(of: berlin.id).peers.map(\.publicKey)
    }

    func revisionOfBerlin() async throws -> Int64 {
        try await store.siteRevisions()[berlin.id] ?? 0
    }
}
