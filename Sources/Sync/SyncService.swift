import Foundation
import Logging
public import ServiceLifecycle
public import Storage
import Synchronization

/// Runs the syncs of every organisation of the database: those that are due, and those that events ask for.
///
/// Any number of servers may run it on one database: each takes other organisations.
public struct SyncService: Service {
    /// How many organisations are synchronized at the same time.
    static let atOnce = 12
    /// How long a request that another server wrote may go unnoticed.
    private static let look = Duration.seconds(1)

    private let engine: SyncEngine
    private let intervals: SyncIntervals
    private let owner = "\(ProcessInfo.processInfo.hostName)/\(ProcessInfo.processInfo.processIdentifier)"

    public init(engine: SyncEngine, every intervals: SyncIntervals = SyncIntervals()) {
        self.engine = engine
        self.intervals = intervals
    }

    /// Works until the server shuts down. Runs that an earlier server left behind are marked as failed first.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await engine.store.abandonRunningRuns()
            } catch {
                engine.logger.error("runs of an earlier server could not be closed", metadata: ["error": "\(error)"])
            }
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await keepTheClock() }
                tasks.addTask { await doWhatIsDue() }
                tasks.addTask { await answerEvents() }
            }
        }
    }

    private func keepTheClock() async {
        repeat { engine.bell.ring() } while (try? await Task.sleep(for: Self.look)) != nil
    }

    /// The clock asks like everybody else. It goes on while a sync is stopped: what Okta refuses today it may allow
    /// tomorrow, without anybody here pressing a button.
    private func doWhatIsDue() async {
        let running = Running()
        await withDiscardingTaskGroup { tasks in
            for await _ in engine.bell.rings {
                for due in await dueSyncs(upTo: Self.atOnce - running.count) {
                    running.add(1)
                    tasks.addTask {
                        await done(due)
                        running.add(-1)
                        engine.bell.ring()
                    }
                }
            }
        }
    }

    private func dueSyncs(upTo limit: Int) async -> [DueSync] {
        guard limit > 0 else { return [] }
        do throws(StoreError) {
            guard let next = try await engine.store.nextSyncAt(), next <= engine.store.now() else { return [] }
            return try await engine.store.claimDueSyncs(limit: limit, every: intervals, owner: owner)
        } catch {
            engine.logger.error("what is due could not be read", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func done(_ due: DueSync) async {
        do throws(SyncError) {
            try await engine.run(due)
        } catch {
            let about: Logger.Metadata = ["organisation": "\(due.store.organisation.name)", "error": "\(error)"]
            switch error {
            case .notConnected, .paused: engine.logger.debug("there was nothing to synchronize", metadata: about)
            default: engine.logger.error("no synchronization was made", metadata: about)
            }
        }
    }

    /// What is named while its organisation's last batch is still read leads to a look at what changed there.
    private func answerEvents() async {
        await withDiscardingTaskGroup { tasks in
            for await _ in engine.events.bell.rings {
                for (organisation, names) in engine.events.takeAll() {
                    tasks.addTask {
                        do throws(SyncError) {
                            try await engine.run(names, of: organisation)
                        } catch {
                            engine.logger.error("an event led to nothing", metadata: ["error": "\(error)"])
                        }
                    }
                }
            }
        }
    }
}

/// How many syncs run.
private final class Running: Sendable {
    private let number = Atomic(0)

    var count: Int { number.load(ordering: .relaxed) }

    func add(_ change: Int) {
        number.add(change, ordering: .relaxed)
    }
}
