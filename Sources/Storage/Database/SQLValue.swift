/// A value in a column or in a statement, of one of the three types that columns have. nil is `NULL` of that type.
enum SQLValue: Hashable, Sendable {
    /// `TEXT`.
    case text(String?)
    /// `BIGINT`.
    case integer(Int64?)
    /// `BOOLEAN`.
    case boolean(Bool?)
}
