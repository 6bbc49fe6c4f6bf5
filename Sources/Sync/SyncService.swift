import Logging
public import ServiceLifecycle
import Storage

/// Runs the syncs: those asked for, at once; the catalogue of groups every minute; a full sync on its schedule.
public struct SyncService: Service {
    /// When to do what by the clock.
    public struct Schedule: Sendable {
        /// A group made in Okta can be chosen in Manager after this time at the latest.
        public var catalogue: Duration = .seconds(60)
        /// The time from the end of one full sync to the start of the next.
        public var full: Duration = .seconds(300)

        public init() {}
    }

    private let engine: SyncEngine
    private let schedule: Schedule

    public init(engine: SyncEngine, schedule: Schedule = Schedule()) {
        self.engine = engine
        self.schedule = schedule
    }

    /// Works until the server shuts down. A run that a server left behind is marked as failed first.
    public func run() async throws {
        await withTaskCancellationOrGracefulShutdown {
            do {
                try await engine.store.abandonRunningRuns()
            } catch {
                engine.logger.error("runs of an earlier server could not be closed", metadata: ["error": "\(error)"])
            }
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await answerRequests() }
                tasks.addTask { await keepTheClock() }
                tasks.addTask { await keepTheCatalogue() }
            }
        }
    }

    /// One after the other. A request that meets a sync of another server, or of the command line, waits for its end.
    private func answerRequests() async {
        for await request in engine.requests {
            while await !answered(request), (try? await Task.sleep(for: .seconds(2))) != nil {}
        }
    }

    /// The clock asks like everybody else. It goes on while the sync is stopped: what Okta refuses today it may allow
    /// tomorrow, without anybody here pressing a button.
    private func keepTheClock() async {
        while (try? await Task.sleep(for: schedule.full)) != nil {
            engine.request(trigger: .schedule, requestedBy: nil)
        }
    }

    private func keepTheCatalogue() async {
        while (try? await Task.sleep(for: schedule.catalogue)) != nil {
            do throws(SyncError) {
                try await engine.refreshCatalogue()
            } catch {
                engine.logger.debug("the groups could not be read", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Whether there is nothing left to do for the request.
    private func answered(_ request: SyncRequest) async -> Bool {
        do throws(SyncError) {
            _ = try await engine.run(trigger: request.trigger, requestedBy: request.requestedBy)
        } catch {
            switch error {
            case .alreadyRunning: return false
            case .notConnected, .paused: engine.logger.debug("there was nothing to synchronize")
            default: engine.logger.error("no synchronization was started", metadata: ["error": "\(error)"])
            }
        }
        return true
    }
}

/// Runs `body` until the task is cancelled or the service group shuts down, and waits for it to end.
private func withTaskCancellationOrGracefulShutdown(_ body: @escaping @Sendable () async -> Void) async {
    await cancelWhenGracefulShutdown {
        await body()
    }
}
