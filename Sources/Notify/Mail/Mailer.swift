import NIOPosix
import Synchronization

/// Hands mail in at a mail server.
///
/// libcurl blocks, so it runs on threads kept for that; a task that is cancelled ends its transfer within a second.
public struct Mailer: Sendable {
    public let server: MailServer
    private let threads = NIOThreadPool(numberOfThreads: 2)

    public init(_ server: MailServer) {
        self.server = server
        threads.start()
    }

    public func close() async {
        try? await threads.shutdownGracefully()
    }

    /// Returns once the mail server has taken the mail on, for one of those it goes to at least.
    func send(_ mail: Mail) async throws(NotifyError) {
        let ending = Ending()
        let server = server
        let result: Result<Void, NotifyError>
        do {
            result = try await withTaskCancellationHandler {
                try await threads.runIfActive {
                    Result { () throws(NotifyError) in try SMTPTransfer(mail, to: server, ending: ending).perform() }
                }
            } onCancel: {
                ending.begin()
            }
        } catch {
            throw .cancelled
        }
        try result.get()
    }
}

/// Whether a transfer is to end before it is done; set by one thread and read by another.
final class Ending: Sendable {
    private let hasBegun = Atomic(false)

    func begin() { hasBegun.store(true, ordering: .relaxed) }

    var isNow: Bool { hasBegun.load(ordering: .relaxed) }
}
