/// Why a request was refused (RFC 9457): what happened and what to try, one sentence each, for the user to read.
public struct Refusal: Hashable, Sendable, Codable {
    public let title: String
    /// nil where nothing helps.
    public let detail: String?

    public init(title: String, detail: String?) {
        self.title = title
        self.detail = detail
    }
}
