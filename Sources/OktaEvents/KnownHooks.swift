import Storage
import Synchronization

/// The event hooks that were asked for, kept for a minute, so that an event is answered without the database.
///
/// After half a minute of it the hook is looked up again beside the answer, so that one that is in use stays known.
final class KnownHooks: Sendable {
    struct Hook: Sendable {
        /// The organisation's.
        let store: Store
        let secret: Secret
    }

    private static let lifetime = Duration.seconds(60)
    private static let mostHooks = 1_000

    private let store: Store
    private let now: @Sendable () -> ContinuousClock.Instant
    private let hooks = Mutex<[EventHook.ID: (hook: Hook, readAt: ContinuousClock.Instant)]>([:])

    init(store: Store, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.store = store
        self.now = now
    }

    /// nil where there is no such hook.
    ///
    /// - Returns: With it, whether it is time to ``read(_:)`` it again.
    func hook(_ id: EventHook.ID) async throws(StoreError) -> (hook: Hook, isAgeing: Bool)? {
        if let known = hooks.withLock({ $0[id] }) {
            let age = now() - known.readAt
            if age < Self.lifetime { return (known.hook, age > Self.lifetime / 2) }
        }
        return try await read(id).map { ($0, false) }
    }

    /// Looks it up in the database.
    @discardableResult
    func read(_ id: EventHook.ID) async throws(StoreError) -> Hook? {
        let readAt = now()
        let hook = try await store.eventHook(id).map { Hook(store: $0.store, secret: $0.secret) }
        hooks.withLock { hooks in
            if hooks.count >= Self.mostHooks { hooks = [:] }
            hooks[id] = hook.map { ($0, readAt) }
        }
        return hook
    }

    /// Forgets all of them, since one was renewed.
    func forget() {
        hooks.withLock { $0 = [:] }
    }
}
