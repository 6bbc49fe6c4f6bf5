/// What has to be done so that those are let in who should be, and no other.
struct PeerChange: Equatable, Sendable {
    struct Entry: Hashable, Sendable {
        let key: PublicKey
        let address: Address
    }

    /// Leave the interface.
    var cut: [PublicKey] = []
    /// Leave the firewall: the addresses of those who are cut, and of those who get another. One that is taken again by
    /// somebody in ``letIn`` stays after all.
    var freed: [Address] = []
    /// Come into both, or get another address in both.
    var letIn: [Entry] = []

    var isEmpty: Bool { cut.isEmpty && freed.isEmpty && letIn.isEmpty }
}
