import ConnectAPI
import Foundation

/// What the server said last, so that a page that is asked for each two seconds does not ask it each time.
struct SeenNetworks: Sendable {
    let list: NetworkList
    let status: ConnectStatus

    /// Seconds for which it stands: for a page that was opened, and for one that follows by itself.
    static func patience(isLive: Bool) -> TimeInterval { isLive ? 20 : 3 }
}

extension ConnectWindow {
    /// The networks as they were seen, or are now; nil where the server cannot be asked and never could, with the sentence on why
    /// in the memory's ``WindowMemory/trouble``.
    ///
    /// - Throws: ``ConnectError`` where the sign-in is over.
    func networks(isLive: Bool, isServerAway: Bool) async throws -> SeenNetworks? {
        let age = memory.askedAt.map { now().timeIntervalSince($0) } ?? .infinity
        guard age > SeenNetworks.patience(isLive: isLive), !(isLive && isServerAway) else { return memory.seen }
        do {
            let seen = try await ConnectClient.signedIn(in: folder) { client, session in
                SeenNetworks(
                    list: try await client.server.networks(token: session.tokens.access),
                    status: try await client.server.status(token: session.tokens.access)
                )
            }
            memory.seen = seen
            memory.trouble = nil
        } catch let error as ConnectError where !error.isSignedOut {
            memory.trouble = .init(error)
        }
        memory.askedAt = now()
        return memory.seen
    }
}
