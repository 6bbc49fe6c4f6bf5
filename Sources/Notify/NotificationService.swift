public import Logging
public import ServiceLifecycle
public import Storage

/// Sends what is due: at once when told to, and every few seconds, since other servers and the command line write
/// notifications too.
public struct NotificationService: Service {
    private let store: Store
    private let messenger: Messenger
    private let every: Duration
    private let logger: Logger
    /// One loop a channel, so that a slow mail server does not keep a webhook waiting.
    private let lanes: [Lane]

    private struct Lane: Sendable {
        let channel: Notification.Channel
        let wakes: AsyncStream<Void>
        let wake: AsyncStream<Void>.Continuation
    }

    /// - Parameters:
    ///   - store: Any organisation of the database; those of all others are told too.
    ///   - every: The longest that a notification which another process wrote stays unseen.
    public init(
        store: Store,
        messenger: Messenger,
        every: Duration = .seconds(3),
        logger: Logger
    ) {
        self.store = store
        self.messenger = messenger
        self.every = every
        self.logger = logger
        lanes = Notification.Channel.allCases.map { channel in
            let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            return Lane(channel: channel, wakes: wakes, wake: wake)
        }
    }

    /// Has what was just written sent now.
    public func wake() {
        for lane in lanes { lane.wake.yield() }
    }

    /// Works until the server shuts down.
    public func run() async throws {
        wake()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { tasks in
                tasks.addTask {
                    while (try? await Task.sleep(for: every)) != nil { wake() }
                }
                for lane in lanes {
                    tasks.addTask {
                        for await _ in lane.wakes { await sendDue(on: lane.channel) }
                    }
                }
            }
        }
    }

    private func sendDue(on channel: Notification.Channel) async {
        do {
            let stores = try await store.organisationsWithDueNotifications(on: channel)
            await withDiscardingTaskGroup { tasks in
                for store in stores {
                    tasks.addTask { await sendDue(on: channel, from: store) }
                }
            }
        } catch {
            logger.error("the organisations could not be read", metadata: ["error": "\(error)"])
        }
    }

    private func sendDue(on channel: Notification.Channel, from store: Store) async {
        do throws(StoreError) {
            while case let due = try await store.takeDueNotifications(on: channel), !due.isEmpty {
                for notification in due { try await send(notification, from: store) }
            }
        } catch {
            // A server that ends in the middle leaves the rest to the next one.
            guard !Task.isCancelled else { return }
            logger.error("notifications could not be read or marked", metadata: ["error": "\(error)"])
        }
    }

    private func send(_ notification: Notification, from store: Store) async throws(StoreError) {
        let about: Logger.Metadata = [
            "notification": "\(notification.id)", "channel": "\(notification.channel)", "kind": "\(notification.kind)",
        ]
        do throws(NotifyError) {
            try await messenger.send(notification, from: store)
            logger.info("notified", metadata: about)
        } catch .cancelled {
            return
        } catch {
            logger.warning("not notified", metadata: about.merging(["error": "\(error)"]) { old, _ in old })
            let now = store.now()
            let isWorthIt = error != .noMailServer
            return try await store.markFailed(
                notification.id,
                error: error.sentences,
                retryAt: isWorthIt
                    ? Backoff.next(after: notification.attempts + 1, since: notification.createdAt, now: now) : nil
            )
        }
        try await store.markSent(notification.id)
    }
}
