public import Hummingbird
public import SignIn
public import Storage
public import Tunnels

/// The API of Timus Connect. Its messages and paths are those of ConnectAPI.
public struct ConnectRoutes: Sendable {
    private let store: Store
    private let settings: WebSettings
    private let watch: SiteWatch

    public init(store: Store, settings: WebSettings, watch: SiteWatch) {
        self.store = store
        self.settings = settings
        self.watch = watch
    }

    public func add(to router: Router<WebContext>) {
        NetworkNamesRoute(store: store).add(to: router)
        NetworksRoute(store: store).add(to: router)
        DevicesRoute(store: store).add(to: router)
        ConnectionsRoute(store: store).add(to: router)
        ConnectionStateRoute(store: store, watch: watch).add(to: router)
        StatusRoute(store: store).add(to: router)
    }
}
