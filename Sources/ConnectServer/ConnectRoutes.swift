public import Hummingbird
public import SignIn
public import Storage

/// The API of Timus Connect. Its messages and paths are those of ConnectAPI.
public struct ConnectRoutes: Sendable {
    private let store: Store
    private let settings: WebSettings

    public init(store: Store, settings: WebSettings) {
        self.store = store
        self.settings = settings
    }

    public func add(to router: Router<WebContext>) {
        NetworkNamesRoute(store: store).add(to: router)
        NetworksRoute(store: store).add(to: router)
        DevicesRoute(store: store).add(to: router)
        ConnectionsRoute(store: store).add(to: router)
        StatusRoute(store: store).add(to: router)
    }
}
