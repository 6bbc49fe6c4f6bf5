import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Okta
import ServiceLifecycle
import Synchronization

/// A server on loopback that answers as a test tells it to, and remembers what it was asked.
final class OddServer: Sendable {
    typealias Handler = @Sendable (_ request: Asked, _ origin: String) -> Answered

    /// One request as it came.
    struct Asked: Sendable {
        let target: String
        let headers: HTTPFields
    }

    /// One answer, with Okta's usual header lines unless others are given.
    struct Answered: Sendable {
        var status = 200
        var body = "[]"
        var headers: [(String, String)] = []
        var type = "application/json"

        static func page(_ body: String, next: String? = nil) -> Answered {
            Answered(body: body, headers: next.map { [("Link", "<\($0)>; rel=\"next\"")] } ?? [])
        }

        static func refusal(_ status: Int, _ code: String, headers: [(String, String)] = []) -> Answered {
            Answered(status: status, body: #"{"errorCode":"\#(code)","errorSummary":"No"}"#, headers: headers)
        }
    }

    private let log = Mutex<[Asked]>([])
    private let address = Mutex<String>("")

    var asked: [Asked] { log.withLock { $0 } }
    var origin: String { address.withLock { $0 } }

    /// Runs the server while `body` runs.
    static func run(
        answering handler: @escaping Handler,
        _ body: @Sendable (OddServer, HTTPClient) async throws -> Void
    ) async throws {
        let server = OddServer()
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            let asked = Asked(target: request.uri.string, headers: request.headers)
            server.log.withLock { $0.append(asked) }
            return handler(asked, server.origin).response
        }
        var logger = Logger(label: "odd server")
        logger.logLevel = .critical
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { started.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: application)], logger: logger)
        )
        let http = HTTPClient(configuration: OktaClient.httpConfiguration())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                server.address.withLock { $0 = "http://127.0.0.1:\(port)" }
                break
            }
            let result: Result<Void, any Error>
            do { result = .success(try await body(server, http)) } catch { result = .failure(error) }
            try await http.shutdown()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    /// A client of this server, whose clock does not tick by itself.
    func client(
        _ http: HTTPClient,
        token: String = "00token",
        limits: OktaClient.Limits = .init(),
        clock: OktaClock = MovedClock().clock
    ) throws -> OktaClient {
        OktaClient(
            domain: try OktaDomain(origin, allowingLocal: true),
            token: token,
            http: http,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            limits: limits,
            clock: clock
        )
    }
}

extension OddServer.Answered {
    fileprivate var response: Response {
        var fields = HTTPFields()
        fields[.contentType] = type
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        return Response(
            status: .init(code: status),
            headers: fields,
            body: .init(byteBuffer: ByteBuffer(string: body))
        )
    }
}
