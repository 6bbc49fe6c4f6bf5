public import Logging
public import ServiceLifecycle
public import Storage

/// What the address of event hooks knows and remembers, and the service that writes down what came, after the answer.
public struct EventInbox: Service {
    /// Between two notes: events come in crowds, and when the last one came need not be exact.
    private static let pause = Duration.seconds(1)

    let hooks: KnownHooks
    let notes = HookNotes()
    let delivered = Delivered()
    let logger: Logger

    /// - Parameter store: Any organisation's of the database; a hook's address tells whose it is.
    public init(store: Store, logger: Logger) {
        hooks = KnownHooks(store: store)
        self.logger = logger
    }

    /// To be called when a hook was renewed on this server, so that the old address ends at once. On another it ends
    /// within a minute.
    public func forgetHooks() {
        hooks.forget()
    }

    /// Works until the server shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in notes.arrivals {
                await writeNotes()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    func writeNotes() async {
        for (id, note) in notes.takeAll() {
            do throws(StoreError) {
                if note.isAgeing { try await hooks.read(id) }
                if note.isVerified { try await note.store.noteEventHookVerified() }
                if let event = note.event { try await note.store.noteEvent(event) }
            } catch {
                logger.error("what an event hook brought could not be noted", metadata: ["error": "\(error)"])
            }
        }
    }
}
