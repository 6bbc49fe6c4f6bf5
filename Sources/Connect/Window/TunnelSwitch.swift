/// How the window reads the tunnel and turns it on and off.
struct TunnelSwitch: Sendable {
    /// Whether this process may change the machine's network; else the user is given the commands to do it.
    let isOurs: @Sendable () -> Bool
    let state: @Sendable () -> ShownTunnel
    /// Starts the tunnel to a network in place of the one there is, and does not wait for its gateway.
    let connect: @Sendable (_ network: String) async throws -> Void
    /// Closes the tunnel, and the connection on the server.
    let disconnect: @Sendable () async throws -> Void
}
