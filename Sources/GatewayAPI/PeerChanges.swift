/// What changed between the message before this one and ``revision``. A peer in both lists stays.
public struct PeerChanges: Hashable, Sendable, Codable {
    public let revision: Int64
    /// The public keys of the peers that are cut off.
    public let removed: [String]
    /// New peers, and those with another address than before. Their lease is that of the last full state, from now on.
    public let added: [Peer]

    public init(revision: Int64, removed: [String], added: [Peer]) {
        self.revision = revision
        self.removed = removed
        self.added = added
    }
}
