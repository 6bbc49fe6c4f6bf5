import GatewayAPI
import HTTPTypes
public import Hummingbird
public import Logging
public import SignIn
public import Storage
public import Tunnels

/// The API of the gateways. Its messages and paths are those of GatewayAPI.
public struct GatewayRoutes: Sendable {
    private let store: Store
    private let watch: SiteWatch
    private let pace: StreamPace
    private let logger: Logger

    public init(store: Store, watch: SiteWatch, pace: StreamPace = StreamPace(), logger: Logger) {
        self.store = store
        self.watch = watch
        self.pace = pace
        self.logger = logger
    }

    public func add(to router: Router<WebContext>) {
        EnrolmentRoute(store: store).add(to: router)
        PeersRoute(store: store, watch: watch, pace: pace, logger: logger).add(to: router)
        ReportsRoute(store: store).add(to: router)
    }
}
