import Foundation
import GatewayAPI

/// A gateway's end of all tunnels, in the text that `wg syncconf` reads. It names every peer, so that whoever is not in
/// it is cut off.
struct PeerConfiguration: Equatable, Sendable {
    let privateKey: String
    let listenPort: Int
    /// Peers that are what they should be; the others of the list are left out.
    let peers: [PeerList.Peer]
    /// How many were left out.
    let refused: Int

    init(privateKey: String, listenPort: Int, peers: [PeerList.Peer]) {
        self.privateKey = privateKey
        self.listenPort = listenPort
        self.peers = peers.filter(Self.isUsable)
        self.refused = peers.count - self.peers.count
    }

    var text: String {
        let interface = """
            [Interface]
            PrivateKey = \(privateKey)
            ListenPort = \(listenPort)

            """
        return peers.reduce(into: interface) { text, peer in
            text += """

                [Peer]
                PublicKey = \(peer.publicKey)
                AllowedIPs = \(peer.allowedIPs.joined(separator: ", "))

                """
        }
    }

    /// 32 bytes in canonical base64, not all zero; and single addresses of 100.64.0.0/10, so that no peer can claim the
    /// site's own.
    private static func isUsable(_ peer: PeerList.Peer) -> Bool {
        isKey(peer.publicKey) && (1...16).contains(peer.allowedIPs.count) && peer.allowedIPs.allSatisfy(isTunnelAddress)
    }

    static func isKey(_ text: String) -> Bool {
        guard let data = Data(base64Encoded: text), data.count == 32 else { return false }
        return data.base64EncodedString() == text && data.contains { $0 != 0 }
    }

    private static func isTunnelAddress(_ text: String) -> Bool {
        guard text.hasSuffix("/32") else { return false }
        var address = in_addr()
        guard inet_pton(AF_INET, String(text.dropLast(3)), &address) == 1 else { return false }
        let number = UInt32(bigEndian: address.s_addr)
        return number & 0xFFC0_0000 == 0x6440_0000
    }
}
