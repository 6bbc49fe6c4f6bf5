/// The gateway's end of the tunnels: an interface of WireGuard, and the firewall before it.
struct Tunnel: Sendable {
    let interface: TunnelInterface
    let firewall: Firewall
    let forwarding: Forwarding
    let key: PrivateKey
    let keyFile: String
    let listenPort: Int

    init(_ settings: GatewaySettings, key: PrivateKey, keyFile: String) {
        self.interface = TunnelInterface(name: settings.interface, gatewayID: settings.id)
        self.firewall = Firewall(
            script: FirewallScript(interface: settings.interface, isMasquerading: settings.isMasquerading)
        )
        self.forwarding = Forwarding(interface: settings.interface)
        self.key = key
        self.keyFile = keyFile
        self.listenPort = settings.listenPort
    }

    /// Takes it all away: the interface first, so that nothing passes without the firewall.
    ///
    /// - Returns: Whether there was an interface of ours.
    func remove() async throws(GatewayError) -> Bool {
        let was = try await interface.remove()
        try await forwarding.turnOff()
        try await firewall.remove()
        return was
    }
}
