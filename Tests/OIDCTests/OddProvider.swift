import AsyncHTTPClient
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OIDC
import ServiceLifecycle
import Synchronization

/// A provider on loopback that misbehaves as a test tells it to, and counts what it is asked.
final class OddProvider: Sendable {
    /// What it answers; everything right at first.
    struct Behaviour: Sendable {
        /// JSON by name of a metadata field; nil takes the field out.
        var metadata: [String: String?] = [:]
        var metadataStatus = 200
        var keys = "{\"keys\":[]}"
        var keysStatus = 200
        var token: @Sendable (_ form: String) -> (status: Int, body: String) = { _ in (500, "") }
        /// Content type and body.
        var userInfo: (type: String, body: String) = ("application/json", "{}")
        var userInfoStatus = 200
        /// A path that is answered with a redirect.
        var redirects: String?
    }

    /// One request as it came.
    struct Asked: Sendable {
        let path: String
        let authorization: String?
        let body: String
    }

    private let path: String
    private let behaviour = Mutex(Behaviour())
    private let log = Mutex<[Asked]>([])
    private let address = Mutex<String>("")
    private let time = Mutex(ClaimsText.now)

    private init(path: String) {
        self.path = path
    }

    var issuer: String { address.withLock { $0 } + path }

    /// - Parameter path: below the issuer.
    func asked(_ path: String) -> [Asked] { log.withLock { $0.filter { $0.path == self.path + path } } }

    func behave(_ change: (inout Behaviour) -> Void) { behaviour.withLock { change(&$0) } }

    func advance(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }

    /// Runs the provider while `body` runs, with a relying party of it.
    ///
    /// - Parameter path: of the issuer, as a custom authorization server has one.
    static func run(
        path: String = "",
        clientID: String = "0oa1",
        clientSecret: String = "secret",
        _ body: @Sendable (OddProvider, RelyingParty) async throws -> Void
    ) async throws {
        let provider = OddProvider(path: path)
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            let buffer = try await request.body.collect(upTo: 1 << 20)
            let asked = Asked(
                path: request.uri.path,
                authorization: request.headers[.authorization],
                body: String(buffer: buffer)
            )
            provider.log.withLock { $0.append(asked) }
            return provider.answer(asked)
        }
        var logger = Logger(label: "odd provider")
        logger.logLevel = .critical
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { started.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        let group = ServiceGroup(configuration: .init(services: [.init(service: application)], logger: logger))
        let http = HTTPClient(configuration: RelyingParty.httpConfiguration())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                provider.address.withLock { $0 = "http://127.0.0.1:\(port)" }
                break
            }
            let party = RelyingParty(
                issuer: provider.issuer,
                clientID: clientID,
                clientSecret: clientSecret,
                redirectURI: "http://127.0.0.1:9/user/external",
                http: http,
                allowInsecureLoopback: true,
                now: { provider.time.withLock { $0 } }
            )
            let result: Result<Void, any Error>
            do { result = .success(try await body(provider, party)) } catch { result = .failure(error) }
            try await http.shutdown()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    private func answer(_ asked: Asked) -> Response {
        let behaviour = behaviour.withLock { $0 }
        if let redirects = behaviour.redirects, asked.path == path + redirects {
            return Response(status: .found, headers: [.location: "\(path)/elsewhere"])
        }
        guard asked.path.hasPrefix(path) else { return Response(status: .notFound) }
        switch asked.path.dropFirst(path.count) {
        case "/.well-known/openid-configuration": return json(behaviour.metadataStatus, metadata(behaviour.metadata))
        case "/keys": return json(behaviour.keysStatus, behaviour.keys)
        case "/token":
            let (status, body) = behaviour.token(asked.body)
            return json(status, body)
        case "/userinfo":
            var response = json(behaviour.userInfoStatus, behaviour.userInfo.body)
            response.headers[.contentType] = behaviour.userInfo.type
            return response
        default: return Response(status: .notFound)
        }
    }

    private func metadata(_ changes: [String: String?]) -> String {
        var fields: [String: String?] = [
            "issuer": "\"\(issuer)\"", "authorization_endpoint": "\"\(issuer)/authorize\"",
            "token_endpoint": "\"\(issuer)/token\"", "jwks_uri": "\"\(issuer)/keys\"",
            "userinfo_endpoint": "\"\(issuer)/userinfo\"", "end_session_endpoint": "\"\(issuer)/logout\"",
            "code_challenge_methods_supported": "[\"S256\"]",
            "id_token_signing_alg_values_supported": "[\"RS256\"]",
        ]
        fields.merge(changes) { $1 }
        return "{" + fields.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }.joined(separator: ",") + "}"
    }

    private func json(_ status: Int, _ body: String) -> Response {
        Response(
            status: .init(code: status),
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: body))
        )
    }
}
