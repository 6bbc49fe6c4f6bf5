import Foundation
import GatewayAPI

@testable import Gateway

/// Named keys and what a server says of them.
enum Peers {
    static let ana = key("ana")
    static let ben = key("ben")
    static let cleo = key("cleo")
    static let gateway = key("gateway")

    /// Base64 of the name, filled up to 32 bytes.
    static func text(_ name: String) -> String {
        Data((Array(name.utf8) + Array(repeating: 7, count: 32)).prefix(32)).base64EncodedString()
    }

    // swift-format-ignore: NeverForceUnwrap
    // 32 bytes that are not all zero.
    static func key(_ name: String) -> PublicKey { PublicKey(base64: text(name))! }

    static func peer(_ key: PublicKey, _ address: String) -> Peer {
        Peer(publicKey: key.base64, address: address)
    }

    static func full(
        _ revision: Int64,
        _ peers: [Peer],
        lease: Int = 300,
        networks: [String] = ["10.20.0.0/16"],
        range: String = "100.64.0.0/10"
    ) -> PeerMessage {
        .full(PeerState(revision: revision, lease: lease, networks: networks, tunnelRange: range, peers: peers))
    }

    static func changes(_ revision: Int64, removed: [PublicKey] = [], added: [Peer] = []) -> PeerMessage {
        .changes(PeerChanges(revision: revision, removed: removed.map(\.base64), added: added))
    }
}

extension Address {
    // swift-format-ignore: NeverForceUnwrap
    // Written out in tests.
    static func of(_ text: String) -> Address { Address(text)! }
}

extension PeerBook {
    /// Carries out what is to be done, as an interface would.
    @discardableResult
    mutating func settleAll() -> PeerChange {
        let leaving = cuts
        settle(leaving)
        let coming = letIns(most: .max)
        settle(coming)
        return PeerChange(
            cut: leaving.cut,
            former: leaving.former + coming.former,
            freed: leaving.freed + coming.freed,
            letIn: coming.letIn
        )
    }

    func lets(_ key: PublicKey) -> String? { admitted[key].map { "\($0.address)" } }
}
