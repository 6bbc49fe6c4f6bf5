import GatewayAPI
import HTTPTypes
import Hummingbird
import Logging
import SignIn
import Storage
import Tunnels

/// The stream that tells a gateway whom to let in.
struct PeersRoute: Sendable {
    let store: Store
    let watch: SiteWatch
    let pace: StreamPace
    let logger: Logger
    private let lines = PeerLines()

    init(store: Store, watch: SiteWatch, pace: StreamPace, logger: Logger) {
        self.store = store
        self.watch = watch
        self.pace = pace
        self.logger = logger
    }

    func add(to router: Router<WebContext>) {
        router.get(RouterPath(GatewayPath.peers)) { request, _ in
            let token = request.gatewayToken
            let gateway = try await request.gateway(store)
            return Response(
                status: .ok,
                // nginx would keep lines back to send more at once.
                headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store", .xAccelBuffering: "no"],
                body: ResponseBody { writer in
                    try await follow(gateway, token: token, to: &writer)
                }
            )
        }
    }

    /// A stream that cannot be kept up ends, and the gateway asks anew: what it hears is never older than it seems.
    private func follow(_ gateway: Gateway, token: String, to writer: inout any ResponseBodyWriter) async throws {
        let follower = watch.follow(gateway)
        defer { if watch.leave(follower) { lines.forget(gateway.site) } }
        var stream = PeerStream(
            store: store,
            watch: watch,
            lines: lines,
            pace: pace,
            token: token,
            follower: follower
        )
        do {
            while let line = try await stream.next() { try await writer.write(line) }
        } catch let error as StoreError {
            logger.warning(
                "A gateway's stream ended.",
                metadata: ["gateway": "\(gateway.name)", "cause": "\(String(reflecting: error))"]
            )
        }
        try await writer.finish(nil)
    }
}

extension HTTPField.Name {
    // swift-format-ignore: NeverForceUnwrap
    // A token of RFC 9110 §5.6.2, the only thing that the initializer checks.
    fileprivate static let xAccelBuffering = Self("X-Accel-Buffering")!
}
