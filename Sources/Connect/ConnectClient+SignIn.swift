import ConnectAPI
import Foundation

extension ConnectClient {
    /// Makes this machine one of the user's devices, and remembers the sign-in.
    ///
    /// - Parameter network: The name chosen before the sign-in; it is kept only where the user may reach it.
    func finishSignIn(
        token: AccessToken,
        network: String?
    ) async throws(ConnectError) -> (session: SavedSession, networks: NetworkList) {
        let status = try await server.status(token: token.value)
        let key = try privateKey(of: status.user)
        guard let publicKey = key.publicKey else {
            throw .cannotRead(path: folder.file(SavedDevice.file), cause: "it holds no WireGuard key")
        }
        let enrolment = DeviceEnrolment(publicKey: publicKey.base64, name: Machine.name, platform: Machine.platform)
        let device = try await server.enrol(enrolment, token: token.value)
        let networks = try await server.networks(token: token.value)
        let session = SavedSession(
            server: server.address,
            organisation: status.organisation,
            user: status.user,
            name: status.name,
            email: status.email,
            device: device.id,
            network: networks.networks.first { $0.name == network }?.name,
            accessToken: token.value
        )
        try folder.write(session, to: SavedSession.file)
        try folder.write(Preferences(server: server.address, email: status.email), to: Preferences.file)
        return (session, networks)
    }

    /// Closes this machine's connections and ends the session, on the server and here. Here it ends even where the server cannot
    /// be told; the error then says so.
    func signOut(_ session: SavedSession) async throws(ConnectError) {
        try folder.remove(SavedSession.file)
        try folder.removeConfigurations()
        do throws(ConnectError) {
            for connection in try await connections(of: session) {
                try await server.close(connection: connection.id, token: session.accessToken)
            }
            try await server.revoke(token: session.accessToken)
        } catch {
            // The server may have ended it before we asked.
            guard error == .accessEnded else { throw error }
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
