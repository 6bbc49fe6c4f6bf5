import GatewayAPI

/// What the server is told of the peers: whatever is new since it was told last.
struct UseReport: Sendable {
    private var told: [PublicKey: DevicePeer] = [:]

    /// The server reads 4 MB of one report: twice as many peers.
    private static let most = 10_000

    /// At least one part, which may be empty.
    func parts(_ figures: [PublicKey: DevicePeer]) -> [[GatewayReport.PeerUse]] {
        let uses = figures.filter { key, figure in figure != told[key] && figure.hasAny }
            .map { key, figure in
                GatewayReport.PeerUse(
                    publicKey: key.base64,
                    lastHandshakeAt: figure.lastHandshakeAt,
                    receivedBytes: figure.receivedBytes,
                    sentBytes: figure.sentBytes
                )
            }
        return uses.isEmpty ? [[]] : uses.pieces(of: Self.most).map(Array.init)
    }

    mutating func wasTaken(_ figures: [PublicKey: DevicePeer]) {
        told = figures
    }
}

extension DevicePeer {
    fileprivate var hasAny: Bool { lastHandshakeAt != nil || receivedBytes > 0 || sentBytes > 0 }
}
