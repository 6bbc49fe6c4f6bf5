import Directory
import Foundation
import GatewayAPI
import HTTPTypes
public import Hummingbird
import NIOCore
public import Storage

/// The API of the gateways. Its messages and paths are those of GatewayAPI.
public struct GatewayRoutes: Sendable {
    private let store: Store

    public init(store: Store) {
        self.store = store
    }

    /// Gateways carry a token and no cookie, so the router may be of any kind.
    public func add<Context: RequestContext>(to router: Router<Context>) {
        router.get(RouterPath(GatewayPath.peers)) { request, _ in
            guard let token = request.bearerToken, let gateway = try await store.gateway(token: token) else {
                return try GatewayAnswer.tokenIsUnknown
            }
            return try await GatewayAnswer.json(peers(of: gateway))
        }
    }

    /// The devices with a connection to the gateway's site whose users still are signed in to Connect: a tunnel does not
    /// outlive the last sign-in behind it, however that ended.
    private func peers(of gateway: Gateway) async throws -> PeerList {
        var peers: [PeerList.Peer] = []
        var isSignedIn: [User.ID: Bool] = [:]
        for connection in try await store.openConnections(at: gateway.site) {
            if isSignedIn[connection.user] == nil {
                let sessions = try await store.sessions(of: .user(connection.user))
                isSignedIn[connection.user] = sessions.contains { $0.kind == .connect }
            }
            guard isSignedIn[connection.user] == true, let device = try await store.device(connection.device) else {
                continue
            }
            peers.append(PeerList.Peer(publicKey: device.publicKey, allowedIPs: ["\(connection.address)/32"]))
        }
        return PeerList(peers: peers)
    }
}

extension Request {
    /// RFC 6750 §2.1; the scheme's case does not matter.
    fileprivate var bearerToken: String? {
        guard let value = headers[.authorization], value.lowercased().hasPrefix("bearer ") else { return nil }
        return String(value.dropFirst("bearer ".count))
    }
}
