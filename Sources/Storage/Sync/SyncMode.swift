/// How much of Okta a synchronization reads.
public enum SyncMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// The whole catalogue and the members of every chosen group.
    case full
    /// What changed since the last one; every few minutes also the catalogue, which shows what was deleted.
    case incremental
    /// The users and groups that an event hook named.
    case events
}
