import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import SignIn
import Storage
import Testing

@testable import Server

/// Walks the table of routes, so that a route added later is held to it too.
@Suite struct `Every answer` {
    private static let publicURL = "https://timus.example"
    private static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace,
    ]

    private static func wired(
        _ test:
            @escaping @Sendable ([(path: String, method: HTTPRequest.Method)], any TestClientProtocol) async throws ->
            Void
    ) async throws {
        let store = try await Store.open(at: ":memory:", vault: .ephemeral())
        let wiring = Wiring(
            store: store,
            settings: WebSettings(publicURL: publicURL),
            intervals: SyncIntervals(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let router = wiring.router()
        let routes = router.routes.map { (path: path($0.path), method: $0.method) }
        let result: Result<Void, any Error>
        do {
            try await Application(router: router).test(.router) { client in try await test(routes, client) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await wiring.shutDown()
        await store.close()
        try result.get()
    }

    /// A path of the table with something in the place of its parameters.
    private static func path(_ route: RouterPath) -> String {
        "/"
            + route.description.split(separator: "/").map { part in
                part.hasPrefix(":") || part.hasPrefix("{") ? "x1" : String(part)
            }.joined(separator: "/")
    }

    private static func check(_ headers: HTTPFields, _ place: String) {
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
        let policy = header("Content-Security-Policy") ?? ""
        #expect(policy.hasPrefix("default-src 'none'; "), "\(place)")
        #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "\(place)")
        #expect(header("X-Content-Type-Options") == "nosniff", "\(place)")
        #expect(header("Referrer-Policy") == "no-referrer", "\(place)")
        #expect(header("Cross-Origin-Opener-Policy") == "same-origin", "\(place)")
        #expect(header("Cross-Origin-Resource-Policy") == "same-origin", "\(place)")
        #expect(header("Permissions-Policy")?.contains("geolocation=()") == true, "\(place)")
        #expect(header("Strict-Transport-Security") == "max-age=31536000", "\(place)")
        #expect(header("Cache-Control") == "no-store", "\(place)")
        #expect(header("Server") == nil, "\(place)")
    }

    @Test func `of every route has the headers, in every method`() async throws {
        try await Self.wired { routes, client in
            let paths = Set(routes.map(\.path))
            #expect(paths.count > 50)
            for path in paths {
                for method in Self.methods {
                    try await client.execute(uri: path, method: method) { answer in
                        Self.check(answer.headers, "\(method) \(path)")
                        #expect(answer.status != .internalServerError, "\(method) \(path)")
                    }
                }
            }
        }
    }

    @Test(arguments: ["/no/such/page", "/sign-in/", "/assets/none", "/events.xml", "/%2e%2e/x", "/sign-in/failed/x"])
    func `where there is no page has the headers`(path: String) async throws {
        try await Self.wired { _, client in
            for accept in ["text/html", "application/json"] {
                try await client.execute(uri: path, method: .get, headers: [.accept: accept]) { answer in
                    Self.check(answer.headers, path)
                }
            }
        }
    }

    @Test func `to a method that a path does not have is 405 and names those that it has`() async throws {
        try await Self.wired { routes, client in
            var known: [String: Set<HTTPRequest.Method>] = [:]
            for route in routes { known[route.path, default: []].insert(route.method) }
            for (path, methods) in known {
                #expect(methods.isSuperset(of: Self.methods.filter { $0 != .head }), "\(path)")
            }
            try await client.execute(uri: "/user/external", method: .post) { answer in
                #expect(answer.status == .methodNotAllowed)
                #expect(answer.headers[.allow]?.hasPrefix("GET") == true)
            }
            try await client.execute(uri: "/sign-out", method: .get, headers: [.accept: "text/html"]) { answer in
                #expect(answer.status == .methodNotAllowed)
                #expect(answer.headers[.allow] == "POST")
                #expect(String(buffer: answer.body).contains("This page does not take what was sent to it"))
            }
        }
    }
}
