public import Directory

/// What Connect's first screen may show for an address, before anybody signed in.
public struct FirstScreen: Hashable, Sendable {
    /// The organisation's name, now.
    public let organisation: String
    public let settings: ConnectSettings
    /// The names of all sites, in order: no answer names more.
    public let sites: [String]
    /// Whose networks may be shown; nil for every address of which nothing is told.
    public let user: User.ID?
    /// The names of that user's networks, in order; empty where ``user`` is nil.
    public let networks: [String]
    /// Whether the device is one of that user's.
    public let isKnownDevice: Bool
}
