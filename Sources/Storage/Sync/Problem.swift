/// What went wrong and what to do about it, one sentence each, for the administrator.
public struct Problem: Hashable, Sendable, Codable {
    public let what: String
    public let remedy: String

    public init(what: String, remedy: String) {
        self.what = what
        self.remedy = remedy
    }
}

extension Problem {
    /// From the columns `problem_what` and `problem_remedy`; nil where they are empty.
    init?(_ row: Row) throws(StoreError) {
        guard let what = try row.optionalText("problem_what"), let remedy = try row.optionalText("problem_remedy")
        else { return nil }
        self.init(what: what, remedy: remedy)
    }
}
