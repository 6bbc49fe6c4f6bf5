public import Foundation
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle

/// Serves an org over HTTP: its admin console, its sign-in page, its authorization server, its management API, and the
/// control API by which tests make it go wrong.
public struct Simulator: Service {
    private let application: Application<RouterResponder<BasicRequestContext>>
    private let port: Int

    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - onReady: called once the server listens, with the org's origin, such as `http://127.0.0.1:8081`.
    public init(
        org: Org,
        host: String = "127.0.0.1",
        port: Int = 0,
        logger: Logger = Logger(label: "okta-simulator") { _ in SwiftLogNoOpLogHandler() },
        onReady: @escaping @Sendable (String) async -> Void = { _ in }
    ) throws {
        self.port = port
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestObserver(org: org))
        ManagementAPI(org: org).add(to: router)
        ControlAPI(org: org).add(to: router)
        WebRoutes(org: org, keys: try org.signingKeys()).add(to: router)
        var application = Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ShiftedDatesInstaller(org: org)],
                    idleTimeout: .seconds(60)
                )
            ),
            configuration: .init(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                org.origin = "http://\(host):\(channel.localAddress?.port ?? port)"
                await onReady(org.origin)
            },
            logger: logger
        )
        application.addServices(EventHookCourier(org: org), LogoutCourier(org: org))
        self.application = application
    }

    /// Serves until it is asked to stop.
    public func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw SimulatorError.portInUse(port)
        }
    }
}

/// Why the simulator does not serve.
public enum SimulatorError: LocalizedError, Equatable {
    case portInUse(Int)

    public var errorDescription: String? {
        switch self {
        case .portInUse(let port): "Port \(port) is in use by another program."
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .portInUse: "Stop that program, or choose another port with --port."
        }
    }
}

/// Serves the org on a free port of this machine while the body runs, and gives it the org's origin.
public func withSimulator<Result>(
    _ org: Org,
    _ body: (_ origin: String) async throws -> Result
) async throws -> Result {
    let (ready, signal) = AsyncStream.makeStream(of: String.self)
    let simulator = try Simulator(org: org) { origin in signal.yield(origin) }
    let services = ServiceGroup(
        configuration: .init(
            services: [simulator],
            logger: Logger(label: "okta-simulator") { _ in SwiftLogNoOpLogHandler() }
        )
    )
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            defer { signal.finish() }
            try await services.run()
        }
        guard let origin = await ready.first(where: { _ in true }) else {
            try await tasks.waitForAll()
            throw CancellationError()
        }
        let result = try await body(origin)
        await services.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return result
    }
}
