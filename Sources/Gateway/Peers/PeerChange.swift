/// What has to be done so that those are let in who should be, and no other.
struct PeerChange: Equatable, Sendable {
    struct Entry: Hashable, Sendable {
        let key: PublicKey
        let address: Address
    }

    /// Leave the interface.
    var cut: [PublicKey] = []
    /// Had by those who are cut, and by those who get another: what is remembered of their flows goes.
    var former: [Address] = []
    /// Leave the firewall: those of them that nobody is to have now.
    var freed: [Address] = []
    /// Come into both, or get another address in both.
    var letIn: [Entry] = []
}
