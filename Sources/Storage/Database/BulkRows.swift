/// Rows for one table, of any number, made one after the other while they are written. The names are literals, so no
/// value can become one.
struct BulkRows {
    let table: StaticString
    /// Each with the type that the column has in the schema.
    let columns: [StaticString]
    let count: Int
    /// Each row as long as ``columns``, `organisation_id` among them.
    let rows: any Sequence<[SQLValue]>

    init<Element>(
        table: StaticString,
        columns: [StaticString],
        of elements: some Collection<Element>,
        row: @escaping (Element) -> [SQLValue]
    ) {
        self.table = table
        self.columns = columns
        count = elements.count
        rows = elements.lazy.map(row)
    }
}
