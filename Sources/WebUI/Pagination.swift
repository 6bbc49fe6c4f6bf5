/// The way through a list of many pages. Nothing where one page holds all.
public struct Pagination: Component {
    private let page: Int
    private let pageSize: Int
    private let total: Int
    private let things: String
    private let path: Path

    /// - Parameters:
    ///   - page: From 1; a number out of range is read as the nearest page.
    ///   - things: What is counted: "users".
    ///   - path: The list's own page with its filters; `page` is added to the query.
    public init(page: Int, pageSize: Int, total: Int, things: String, path: Path) {
        self.page = page
        self.pageSize = max(pageSize, 1)
        self.total = total
        self.things = things
        self.path = path
    }

    public var html: HTML {
        let last = (total + pageSize - 1) / pageSize
        guard last > 1 else { return .empty }
        let page = min(max(page, 1), last)
        let from = min((page - 1) * pageSize + 1, total)
        let to = min(page * pageSize, total)
        return """
            <nav class="pagination" aria-label="Pages"><p>\(from) to \(to) of \(total) \(things)</p>\
            <div class="actions">\(page > 1 ? link("Previous", to: page - 1) : .empty)\
            \(page < last ? link("Next", to: page + 1) : .empty)</div></nav>
            """
    }

    private func link(_ label: String, to page: Int) -> HTML {
        Button(label, .secondary, to: path.query("page", String(page))).html
    }
}
