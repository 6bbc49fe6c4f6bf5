import GatewayAPI
import HTTPTypes
import Hummingbird
import SignIn
import Storage

/// What gateways tell of themselves: which revision is done, and how they do.
struct ReportsRoute: Sendable {
    let store: Store

    /// Bytes of a report of 20,000 peers.
    private static let largestReport = 4 << 20

    func add(to router: Router<WebContext>) {
        router.post(RouterPath(GatewayPath.acknowledgements)) { request, _ in
            let gateway = try await request.gateway(store)
            let done = try await request.message(Acknowledgement.self, upTo: 1 << 10)
            try await store.acknowledge(done.revision, by: gateway)
            return Response(status: .noContent)
        }
        router.post(RouterPath(GatewayPath.reports)) { request, _ in
            let gateway = try await request.gateway(store)
            let report = try await request.message(GatewayReport.self, upTo: Self.largestReport)
            guard report.isPlausible else { throw SignIn.Problem.unlikeOurs }
            try await store.note(
                version: report.version,
                implementation: report.implementation,
                refusedPackets: report.refusedPackets,
                peers: report.peers.map(PeerUse.init),
                of: gateway
            )
            return Response(status: .noContent)
        }
    }
}

extension GatewayReport {
    /// What Manager shows is text of one short line, and counts that are none are no figures.
    fileprivate var isPlausible: Bool {
        let texts = [version, implementation]
        return texts.allSatisfy { (1...64).contains($0.count) && $0.unicodeScalars.allSatisfy(Self.isPrintable) }
            && refusedPackets >= 0 && peers.allSatisfy { $0.receivedBytes >= 0 && $0.sentBytes >= 0 }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        (0x20...0x7E).contains(scalar.value)
    }
}

extension PeerUse {
    fileprivate init(_ use: GatewayReport.PeerUse) {
        self.init(
            publicKey: use.publicKey,
            lastHandshakeAt: use.lastHandshakeAt,
            receivedBytes: use.receivedBytes,
            sentBytes: use.sentBytes
        )
    }
}
