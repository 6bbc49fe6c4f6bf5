public import Logging
public import ServiceLifecycle
public import Storage

/// Closes the connections whose sign-in ran out: nobody does anything at that moment, so somebody has to look.
public struct ConnectionExpiry: Service {
    private let store: Store
    private let every: Duration
    private let logger: Logger

    public init(store: Store, every: Duration = .seconds(5), logger: Logger) {
        self.store = store
        self.every = every
        self.logger = logger
    }

    /// Works until the server shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { await close() } while (try? await Task.sleep(for: every)) != nil
        }
    }

    /// What fails is tried again the next time. Gateways are not told of such a peer in the meantime: a whole state leaves it out.
    private func close() async {
        do throws(StoreError) {
            let closed = try await store.closeExpiredConnections()
            if closed > 0 { logger.info("Connections ran out.", metadata: ["connections": "\(closed)"]) }
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning(
                "Connections that ran out could not be closed.",
                metadata: ["cause": "\(String(reflecting: error))"]
            )
        }
    }
}
