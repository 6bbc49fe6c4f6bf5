import Foundation
import Hummingbird
import Logging
import NIOCore

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
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(port) }
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let outcome = first else { throw CancellationError() }
            return outcome
        }
    }

    /// Standard error is for the user, and what a server logs is not for them.
    static let silence = Logger(label: "timus-connect") { _ in SwiftLogNoOpLogHandler() }
}
