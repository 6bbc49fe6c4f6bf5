import HTTPTypes
public import Hummingbird
public import Storage

extension Router<WebContext> {
    /// What every page and API of ours stands behind, outermost first. To be called before routes are added.
    public func addWebMiddleware(store: Store, settings: WebSettings) {
        add(middleware: SecurityHeaders(settings: settings))
        add(middleware: ErrorPages())
        add(middleware: ClientAddress(settings: settings))
        add(middleware: SessionMiddleware(store: store, settings: settings))
        add(middleware: SameOrigin(settings: settings))
    }

    /// Answers every method that a path does not have with 405 and the ones that it has (RFC 9110 §15.5.6). To be called
    /// after all routes are added.
    public func refuseOtherMethods() {
        var methods: [String: (path: RouterPath, known: Set<HTTPRequest.Method>)] = [:]
        for route in routes {
            methods[route.path.description, default: (route.path, [])].known.insert(route.method)
        }
        for (path, known) in methods.values {
            let answered = known.contains(.get) ? known.union([.head]) : known
            let allow = answered.map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.usualMethods where !answered.contains(method) {
                on(path, method: method) { _, _ -> Response in throw MethodNotAllowed(allow: allow) }
            }
        }
    }

    /// Answers 405 to HEAD where GET begins or ends something: HEAD changes nothing (RFC 9110 §9.2.1).
    func refuseHead(of path: RouterPath, allow: String) {
        on(path, method: .head) { _, _ -> Response in throw MethodNotAllowed(allow: allow) }
    }

    private static var usualMethods: [HTTPRequest.Method] {
        [.get, .head, .post, .put, .patch, .delete, .options, .trace]
    }
}

/// A path of ours was asked with a method that it does not have.
struct MethodNotAllowed: Error {
    /// The methods that it has, as the header `Allow` lists them.
    let allow: String
}
