/// A table into which anybody may have a row written, signed in or not, and which is bounded for that reason.
enum Unauthenticated {
    case signInAttempts
    case deviceCodes

    /// How many rows an organisation keeps.
    static let mostRows = 10_000

    var table: SQL {
        switch self {
        case .signInAttempts: "sign_in_attempt"
        case .deviceCodes: "device_code"
        }
    }

    var key: SQL {
        switch self {
        case .signInAttempts: "state_hash"
        case .deviceCodes: "device_code_hash"
        }
    }
}

extension Transaction {
    /// Deletes the rows that have run out, and then the oldest until another one fits.
    func makeRoom(in kind: Unauthenticated, of store: Store) throws(StoreError) {
        let ours: SQL = "FROM \(kind.table) WHERE organisation_id = \(store.organisation.id)"
        try run("DELETE \(ours) AND expires_at <= \(store.time)")
        let excess = try count("SELECT COUNT(*) AS count \(ours)") - (Unauthenticated.mostRows - 1)
        guard excess > 0 else { return }
        try run(
            """
            DELETE \(ours) AND \(kind.key) IN (
                SELECT \(kind.key) \(ours) ORDER BY expires_at, \(kind.key) LIMIT \(excess))
            """
        )
    }
}
