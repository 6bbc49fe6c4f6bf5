public import Hummingbird
public import Storage

extension Router<WebContext> {
    /// What every page and API of ours stands behind, outermost first. To be called before routes are added.
    public func addWebMiddleware(store: Store, settings: WebSettings) {
        add(middleware: SecurityHeaders(settings: settings))
        add(middleware: ErrorPages())
        add(middleware: SessionMiddleware(store: store, settings: settings))
        add(middleware: SameOrigin(settings: settings))
    }
}
