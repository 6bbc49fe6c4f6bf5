public import struct Foundation.Date

/// What the organisation chose for Timus Connect.
public struct ConnectSettings: Hashable, Sendable {
    /// What a device that we do not know is shown before its user signed in.
    public enum FirstScreen: String, Hashable, Sendable, Codable, CaseIterable {
        /// The names of the networks of the address that was typed.
        case networks
        /// The organisation's name, whatever was typed.
        case organisation
    }

    public var firstScreen: FirstScreen
    /// Who changed them last, and when; nil while nobody has.
    public let setBy: String?
    public let setAt: Date?

    /// What holds until somebody says otherwise.
    public init() {
        firstScreen = .networks
        setBy = nil
        setAt = nil
    }
}

extension ConnectSettings {
    init(_ row: Row) throws(StoreError) {
        firstScreen = try row.value("first_screen")
        setBy = try row.text("set_by")
        setAt = try row.date("set_at")
    }
}
