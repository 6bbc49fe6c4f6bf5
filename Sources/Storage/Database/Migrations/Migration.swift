/// One step of the schema. Steps are only ever added at the end of ``Migrations/all``, never edited.
struct Migration: Sendable {
    let name: String
    /// Run in this order, in one transaction. Columns are `TEXT`, `BIGINT` (times in milliseconds since 1970, UTC) or
    /// `BOOLEAN`.
    let statements: [SQL]
}
