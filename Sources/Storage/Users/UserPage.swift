/// One page of a list of users.
public struct UserPage: Equatable, Sendable {
    public let rows: [UserRow]
    /// How many users match on all pages.
    public let total: Int
    /// The first page is 1.
    public let page: Int
    public let pageSize: Int

    /// At least 1.
    public var pageCount: Int { max(1, (total + pageSize - 1) / pageSize) }
}
