/// The number and hash of an organisation's last event. Kept elsewhere, it shows later that nothing before it was
/// changed and nothing up to it cut off.
public struct EventHead: Hashable, Sendable {
    public let id: Int64
    public let hash: String

    public init(id: Int64, hash: String) {
        self.id = id
        self.hash = hash
    }

    /// Reads ``text``; nil where it is something else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = Int64(parts[0]), id > 0,
            parts[1].utf8.count == 64, parts[1].allSatisfy(\.isHexDigit)
        else { return nil }
        self.init(id: id, hash: parts[1].lowercased())
    }

    /// `ID:HASH`
    public var text: String { "\(id):\(hash)" }
}
