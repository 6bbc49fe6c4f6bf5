/// Rows for one table, of any number. The names are literals, so no value can become one.
struct BulkRows: Sendable {
    let table: StaticString
    /// Each with the type that the column has in the schema.
    let columns: [StaticString]
    /// Each as long as ``columns``, `organisation_id` among them.
    var rows: [[SQLValue]]
}
