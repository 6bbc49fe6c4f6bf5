import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// A listener on this machine to which a browser comes back once (RFC 8252 §7.3).
struct LoopbackAnswer: Sendable {
    static let path = "/callback"

    let listener: Listener

    var redirectURI: String { listener.address + Self.path }

    /// Listens, then calls `whenListening`, then waits.
    ///
    /// - Returns: the query with which the browser came, as it came; nil where nobody came in that time.
    func query(within patience: Duration, whenListening: @escaping @Sendable () -> Void) async throws -> String? {
        let (queries, answer) = AsyncStream.makeStream(of: String.self)
        let router = Router()
        router.get(RouterPath(Self.path)) { request, _ in
            answer.yield(request.uri.query ?? "")
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "The answer has come. Go back to the terminal.\n"))
            )
        }
        let silence = Logger(label: "timus.verify-oidc") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname(listener.host, port: listener.port), serverName: nil),
            onServerRunning: { _ in whenListening() },
            logger: silence
        )
        var configuration = ServiceGroupConfiguration(services: [application], logger: silence)
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        let services = ServiceGroup(configuration: configuration)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { answer.finish() }
                try await services.run()
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                answer.finish()
            }
            let query = await queries.first { _ in true }
            await services.triggerGracefulShutdown()
            try await group.next()
            group.cancelAll()
            return query
        }
    }
}
