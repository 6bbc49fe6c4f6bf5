import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// A web server for this machine's own browser, on a free port of 127.0.0.1.
enum LocalServer {
    /// Listens until `body`, which is given the port, has returned.
    static func serving<Outcome: Sendable>(
        _ router: Router<LocalContext>,
        _ body: @escaping @Sendable (Int) async throws -> Outcome
    ) async throws -> Outcome {
        let (ports, running) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { running.yield(port) }
            },
            logger: silence
        )
        var configuration = ServiceGroupConfiguration(services: [application], logger: silence)
        // An answer on its way is finished; a browser that reads no further is not waited for.
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        let services = ServiceGroup(configuration: configuration)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { running.finish() }
                try await services.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw CancellationError()
            }
            let outcome: Swift.Result<Outcome, any Error>
            do {
                outcome = .success(try await body(port))
            } catch {
                outcome = .failure(error)
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            return try outcome.get()
        }
    }

    /// Standard error is for the user, and what a server logs is not for them.
    static let silence = Logger(label: "timus-connect") { _ in SwiftLogNoOpLogHandler() }
}
