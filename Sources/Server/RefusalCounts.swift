import Logging
import ServiceLifecycle
import Storage

/// Writes down how often somebody was refused again, once the minute of it is over.
struct RefusalCounts: Service {
    let store: Store
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(20))
                await conclude()
            }
        }
    }

    /// A failure is tried again the next time: what was counted is kept.
    private func conclude() async {
        do throws(StoreError) {
            try await store.concludeRefusals()
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning(
                "Repeated refusals could not be recorded.",
                metadata: ["cause": "\(String(reflecting: error))"]
            )
        }
    }
}
