import Foundation

/// A server and what is kept on this machine: everything that both the commands and the window can do.
struct ConnectClient: Sendable {
    let server: TimusServer
    let folder: StateFolder

    /// Calls `body` for the user who is signed in, with an access token that is renewed before it runs out, and once more where
    /// the server does not take it. Where the session has ended, it is forgotten here too.
    ///
    /// - Parameter patience: Seconds for one request.
    /// - Throws: ``ConnectError/notSignedIn``, ``ConnectError/accessEnded(because:)``, and what `body` throws.
    static func signedIn<Result: Sendable>(
        in folder: StateFolder,
        patience: Int64 = 20,
        _ body: (ConnectClient, SavedSession) async throws -> Result
    ) async throws -> Result {
        guard let kept = try folder.read(SavedSession.self, from: SavedSession.file) else {
            throw TunnelControl.state(in: folder).whyNotSignedIn
        }
        return try await TimusServer.with(kept.server, patience: patience) { server in
            let client = ConnectClient(server: server, folder: folder)
            let session = try await client.fresh(kept)
            do {
                return try await body(client, session)
            } catch ConnectError.accessEnded {
                return try await body(client, try await client.renewed(session))
            }
        }
    }
}
