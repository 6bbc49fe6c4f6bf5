/// What ``Store/verifyEvents(holding:)`` found.
public struct ChainCheck: Hashable, Sendable {
    /// The last event up to which every one is as it was written; 0 where that is none.
    public let last: Int64
    /// The number of the first event that was changed, removed or put elsewhere; nil where the chain is whole.
    public let broken: Int64?

    public var isWhole: Bool { broken == nil }
}
