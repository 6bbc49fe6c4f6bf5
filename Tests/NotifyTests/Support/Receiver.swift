import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import Logging
import Okta
import ServiceLifecycle
import Synchronization

/// A receiver of webhooks on loopback that answers as a test tells it to, and remembers what it was sent.
final class Receiver: Sendable {
    struct Post: Sendable {
        let path: String
        let signature: String
        let contentType: String
        let body: String
    }

    struct Answer: Sendable {
        var status = 204
        var location: String?
    }

    private let log = Mutex<[Post]>([])
    private let address = Mutex("")
    private let answer = Mutex(Answer())
    private let arrival: AsyncStream<Post>.Continuation
    /// Each post as it comes.
    let arrivals: AsyncStream<Post>

    var posts: [Post] { log.withLock { $0 } }
    var origin: String { address.withLock { $0 } }

    private init() {
        (arrivals, arrival) = AsyncStream.makeStream()
    }

    func answers(_ status: Int, location: String? = nil) {
        answer.withLock { $0 = Answer(status: status, location: location) }
    }

    /// Runs it while `body` runs, with a client to reach it.
    static func open(_ body: @Sendable (Receiver, HTTPClient) async throws -> Void) async throws {
        let receiver = Receiver()
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            try await receiver.take(request)
        }
        var logger = Logger(label: "receiver")
        logger.logLevel = .critical
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { started.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        let group = ServiceGroup(configuration: .init(services: [.init(service: application)], logger: logger))
        let http = HTTPClient(configuration: OktaClient.httpConfiguration())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                receiver.address.withLock { $0 = "http://127.0.0.1:\(port)" }
                break
            }
            let result: Result<Void, any Error>
            do { result = .success(try await body(receiver, http)) } catch { result = .failure(error) }
            try await http.shutdown()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    private func take(_ request: Request) async throws -> Response {
        let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
        let signature = HTTPField.Name("Timus-Signature").flatMap { request.headers[$0] } ?? ""
        let post = Post(
            path: request.uri.path,
            signature: signature,
            contentType: request.headers[.contentType] ?? "",
            body: body
        )
        log.withLock { $0.append(post) }
        arrival.yield(post)
        let answer = answer.withLock { $0 }
        var headers = HTTPFields()
        headers[.location] = answer.location
        return Response(status: .init(code: answer.status), headers: headers)
    }
}
