/// How far a running sync is.
public struct Progress: Hashable, Sendable, Codable {
    /// What it does, such as `Reading members`.
    public let stage: String
    public let done: Int
    /// nil where it is not known yet.
    public let total: Int?

    public init(stage: String, done: Int, total: Int?) {
        self.stage = stage
        self.done = done
        self.total = total
    }
}
