import ConnectAPI
import Foundation

extension ConnectClient {
    /// Makes this machine one of the user's devices, and remembers the sign-in.
    ///
    /// - Parameter network: The name chosen before the sign-in; it is kept only where the user may reach it.
    func finishSignIn(
        tokens: SavedTokens,
        network: String?
    ) async throws -> (session: SavedSession, networks: NetworkList) {
        let status = try await server.status(token: tokens.access)
        let key = try privateKey(of: status.user)
        guard let publicKey = key.publicKey else {
            throw ConnectError.cannotRead(path: folder.file(SavedDevice.file), cause: "it holds no WireGuard key")
        }
        let enrolment = DeviceEnrolment(publicKey: publicKey.base64, name: Machine.name, platform: Machine.platform)
        let device = try await server.enrol(enrolment, token: tokens.access)
        let networks = try await server.networks(token: tokens.access)
        let session = SavedSession(
            status,
            at: server.address,
            device: device.id,
            network: networks.networks.first { $0.name == network }?.name,
            tokens: tokens
        )
        // Whoever renews the session of before would put it back.
        try await SessionLock.held(in: folder) { try folder.write(session, to: SavedSession.file) }
        // What was said of a tunnel of before is no news any more.
        if !TunnelControl.state(in: folder).isKept { try folder.write(TunnelState.off(), to: TunnelState.file) }
        try folder.know(
            KnownDevice(
                server: server.address,
                user: status.user,
                email: status.email,
                token: device.token,
                organisation: networks.organisation,
                networks: networks.networks.map(\.name)
            )
        )
        try folder.write(Preferences(server: server.address, email: status.email), to: Preferences.file)
        return (session, networks)
    }

    /// Closes this machine's connections and ends the session, on the server and here. Here it ends even where the server cannot
    /// be told; the error then says so.
    static func signOut(in folder: StateFolder) async throws {
        // Whoever renews it at this moment has finished first, and its tokens are the ones to give back.
        let session = try await SessionLock.held(in: folder) {
            let kept = try folder.read(SavedSession.self, from: SavedSession.file)
            try folder.remove(SavedSession.file)
            return kept
        }
        guard let session else { throw ConnectError.notSignedIn }
        try folder.removeConfigurations()
        try await TimusServer.with(session.server) { server in
            do throws(ConnectError) {
                try await ConnectClient(server: server, folder: folder).end(session)
            } catch {
                // The server may have ended it before we asked.
                guard case .accessEnded = error else { throw error }
            }
        }
    }

    private func end(_ session: SavedSession) async throws(ConnectError) {
        var session = session
        do throws(ConnectError) {
            try await closeConnections(of: session)
        } catch {
            guard case .accessEnded = error, let refresh = session.tokens.refresh else { throw error }
            session.tokens = try await server.renew(refresh)
            try await closeConnections(of: session)
        }
        try await server.revoke(token: session.tokens.refresh ?? session.tokens.access)
    }

    private func closeConnections(of session: SavedSession) async throws(ConnectError) {
        for connection in try await connections(of: session) {
            try await server.close(connection: connection.id, token: session.tokens.access)
        }
    }

    /// The key that was made for this user of this server; a new one where there is none.
    func privateKey(of user: String) throws(ConnectError) -> WireGuardKey {
        let saved = try folder.read(SavedDevice.self, from: SavedDevice.file)
        if let saved, saved.server == server.address, saved.user == user { return saved.privateKey }
        let device = SavedDevice(server: server.address, user: user, privateKey: WireGuardKey())
        try folder.write(device, to: SavedDevice.file)
        return device.privateKey
    }
}
