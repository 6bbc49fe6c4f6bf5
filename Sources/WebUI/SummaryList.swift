/// Names and their values, one a row, with an optional link to change each.
public struct SummaryList: Component {
    public struct Row: Sendable {
        let name: String
        let value: HTML
        let change: Link?

        public init(_ name: String, _ value: HTML, change: Link? = nil) {
            self.name = name
            self.value = value
            self.change = change
        }
    }

    private let rows: [Row]

    public init(_ rows: [Row]) {
        self.rows = rows
    }

    public var html: HTML {
        let rows = rows.map { row in
            let change = row.change.map { "<dd class=\"summary-change\">\($0)</dd>" as HTML }
            return "<div><dt>\(row.name)</dt><dd>\(row.value)</dd>\(change)</div>" as HTML
        }
        return "<dl class=\"summary\">\(rows)</dl>"
    }
}
