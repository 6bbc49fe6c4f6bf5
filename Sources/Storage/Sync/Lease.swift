public import Foundation

/// The right of one server to do a job alone, for a while.
public struct Lease: Hashable, Sendable {
    public let name: String
    /// The server that holds it; no two have the same.
    public let owner: String
    /// Grows with each holder. What is written under a lease is written only while its fence is the last.
    public let fence: Int64
    public let expiresAt: Date
}
