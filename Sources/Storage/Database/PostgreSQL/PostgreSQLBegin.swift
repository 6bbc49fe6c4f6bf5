/// How a transaction starts.
enum PostgreSQLBegin {
    /// On one state of the database, without writing.
    case reading
    /// With a name that no other transaction holds at the same time; without one where what is written needs no order.
    case writing(lock: String?)

    /// - Parameter quoted: puts a text between quotes, with those in it doubled.
    func command(_ quoted: (String) throws(StoreError) -> String) throws(StoreError) -> String {
        switch self {
        case .reading: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        case .writing(nil): "BEGIN ISOLATION LEVEL READ COMMITTED"
        // In one go, since each statement is a way to the server and back.
        case .writing(let lock?):
            """
            BEGIN ISOLATION LEVEL READ COMMITTED; \
            \(Self.lock(try quoted(lock)))
            """
        }
    }

    /// Takes the lock of that name until the end of the transaction.
    ///
    /// - Parameter name: between quotes, or a parameter.
    static func lock(_ name: String) -> String {
        "SELECT pg_advisory_xact_lock(hashtextextended(\(name), 0))"
    }
}
