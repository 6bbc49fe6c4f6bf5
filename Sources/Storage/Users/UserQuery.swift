public import Access
public import Directory

/// Which users to list, ordered by name.
public struct UserQuery: Hashable, Sendable {
    /// Words, each of which is part of the name, e-mail, login or full name, in any case; nil or blank for all.
    public var search: String?
    public var standing: Standing?
    public var group: Group.ID?
    /// The first page is 1; a number out of range is read as the nearest page.
    public var page: Int
    public var pageSize: Int

    public init(
        search: String? = nil,
        standing: Standing? = nil,
        group: Group.ID? = nil,
        page: Int = 1,
        pageSize: Int = 50
    ) {
        self.search = search
        self.standing = standing
        self.group = group
        self.page = page
        self.pageSize = pageSize
    }
}
