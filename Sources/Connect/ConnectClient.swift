import Foundation

/// A server and what is kept on this machine: everything that both the commands and the window can do.
struct ConnectClient: Sendable {
    let server: TimusServer
    let folder: StateFolder

    /// Calls `body` for the user who is signed in. Where the server says that the session has ended, it is forgotten here too.
    ///
    /// - Throws: ``ConnectError/notSignedIn``, and what `body` throws.
    static func signedIn<Result: Sendable>(
        in folder: StateFolder,
        _ body: (ConnectClient, SavedSession) async throws -> Result
    ) async throws -> Result {
        guard let session = try folder.read(SavedSession.self, from: SavedSession.file) else {
            throw ConnectError.notSignedIn
        }
        do {
            return try await TimusServer.with(session.server) { server in
                try await body(ConnectClient(server: server, folder: folder), session)
            }
        } catch ConnectError.accessEnded {
            try folder.remove(SavedSession.file)
            throw ConnectError.accessEnded
        }
    }
}
