/// Rows of data. Under 40rem of width each row becomes a card that names its cells.
public struct DataTable: Component {
    public struct Column: Sendable {
        let title: String
        let isNumber: Bool
        let isUnseen: Bool

        /// - Parameters:
        ///   - isNumber: Aligned right, digits of one width.
        ///   - isUnseen: The title is only read out, as over a column of buttons.
        public init(_ title: String, isNumber: Bool = false, isUnseen: Bool = false) {
            self.title = title
            self.isNumber = isNumber
            self.isUnseen = isUnseen
        }
    }

    private let caption: String
    private let columns: [Column]
    private let rows: [[HTML]]
    private let captionIsUnseen: Bool

    /// - Parameters:
    ///   - caption: What the rows are, with their number: "310 groups".
    ///   - rows: As many cells as columns; the first names the row, with the link to it.
    ///   - captionIsUnseen: Where a heading above says the same.
    public init(_ caption: String, columns: [Column], rows: [[HTML]], captionIsUnseen: Bool = false) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.captionIsUnseen = captionIsUnseen
    }

    // Focusable, so that a table wider than the screen can be scrolled with the keyboard.
    public var html: HTML {
        """
        <div class="table-frame" role="region" aria-label="\(caption)" tabindex="0"><table class="table" role="table">
        <caption\(attribute: "class", captionIsUnseen ? "unseen" : nil)>\(caption)</caption>
        <thead role="rowgroup"><tr role="row">\(columns.map(Self.head))</tr></thead>
        <tbody role="rowgroup">\(rows.map(row))</tbody>
        </table></div>
        """
    }

    private static func head(_ column: Column) -> HTML {
        let title: HTML = column.isUnseen ? "<span class=\"unseen\">\(column.title)</span>" : "\(column.title)"
        return """
            <th role="columnheader" scope="col"\(attribute: "class", column.isNumber ? "number" : nil)>\(title)</th>
            """
    }

    // The roles are spelled out because `display: block` on a narrow screen takes them away in some browsers.
    private func row(_ cells: [HTML]) -> HTML {
        let cells = zip(columns, cells).enumerated().map { index, pair -> HTML in
            let (column, cell) = pair
            let kind: HTML? = column.isNumber ? " class=\"number\"" : nil
            return index == 0
                ? "<th role=\"rowheader\" scope=\"row\"\(kind)>\(cell)</th>"
                : """
                <td role="cell"\(kind)\(attribute: "data-label", column.isUnseen ? nil : column.title)>\(cell)</td>
                """
        }
        return "<tr role=\"row\">\(cells)</tr>"
    }
}
