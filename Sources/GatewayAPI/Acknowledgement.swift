/// A gateway's word that it lets in nobody but the peers of this revision.
public struct Acknowledgement: Hashable, Sendable, Codable {
    public let revision: Int64

    public init(revision: Int64) {
        self.revision = revision
    }
}
