/// The tabs of a page; each is a page of its own under its own address.
struct Tabs {
    let label: String
    let tabs: [(title: String, path: String)]
    let current: String

    /// The tabs with the open one's content below.
    func html(_ content: HTML) -> HTML {
        let links: [HTML] = tabs.enumerated().map { index, tab in
            let isOpen = tab.title == current
            return """
                <a role="tab" id="tab-\(index)" href="\(tab.path)" aria-selected="\(isOpen ? "true" : "false")"\
                \(" aria-controls=\"panel\"", if: isOpen)>\(tab.title)</a>
                """
        }
        let open = tabs.firstIndex { $0.title == current } ?? 0
        return """
            <div role="tablist" aria-label="\(label)">\(links)</div>\
            <div role="tabpanel" id="panel" aria-labelledby="tab-\(open)">\(content)</div>
            """
    }
}

/// A table with a heading over each column; an empty heading is for the column of buttons.
struct Table {
    let columns: [String]
    let rows: [[HTML]]
    /// What stands there when there are no rows.
    let empty: String

    var html: HTML {
        if rows.isEmpty { return "<p class=\"faint\">\(empty)</p>" }
        let headings: [HTML] = columns.map { column in
            column.isEmpty ? "<th><span class=\"unseen\">Actions</span></th>" : "<th scope=\"col\">\(column)</th>"
        }
        let rows: [HTML] = rows.map { cells in
            let cells: [HTML] = cells.map { "<td>\($0)</td>" }
            return "<tr>\(cells)</tr>"
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr>\(headings)</tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }
}
