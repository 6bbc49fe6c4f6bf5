import Foundation

extension ConnectClient {
    /// The session with an access token that is good for a while, renewed where it is not.
    func fresh(_ session: SavedSession) async throws -> SavedSession {
        guard session.tokens.isRunningOut(at: Date()) else { return session }
        return try await renewed(session)
    }

    /// The session with another access token than `used`, which the server did not take or which runs out.
    ///
    /// - Throws: ``ConnectError/accessEnded(because:)`` where the server ended the session; it is forgotten here then.
    func renewed(_ used: SavedSession) async throws -> SavedSession {
        try await SessionLock.held(in: folder) {
            guard let kept = try folder.read(SavedSession.self, from: SavedSession.file) else {
                throw ConnectError.notSignedIn
            }
            // Another process was faster, or somebody signed in anew.
            guard kept.tokens.access == used.tokens.access else { return kept }
            do throws(ConnectError) {
                guard let refresh = kept.tokens.refresh else { throw .accessEnded(because: nil) }
                let renewed = kept.with(try await server.renew(refresh))
                try folder.write(renewed, to: SavedSession.file)
                return renewed
            } catch {
                if case .accessEnded = error { try folder.remove(SavedSession.file) }
                throw error
            }
        }
    }
}
