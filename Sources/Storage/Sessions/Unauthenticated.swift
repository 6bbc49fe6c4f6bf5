/// A table into which anybody may have a row written, signed in or not, and which is bounded for that reason.
enum Unauthenticated {
    case signInAttempts
    case deviceCodes

    /// How many rows an organisation keeps.
    static let mostRows = 10_000
    /// How many of them for one source, so that a flood from there ends none of anybody else; enough for a large office
    /// that is one source and begins its day.
    static let mostRowsOfSource = 1_000

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
    /// Deletes the rows that have run out, and then the oldest until another one fits: first those of the same source, then
    /// those of all.
    ///
    /// - Parameter source: nil for a table that does not tell sources apart.
    func makeRoom(in kind: Unauthenticated, for source: String? = nil, of store: Store) throws(StoreError) {
        let ours: SQL = "FROM \(kind.table) WHERE organisation_id = \(store.organisation.id)"
        try run("DELETE \(ours) AND expires_at <= \(store.time)")
        if let source {
            try deleteOldest(of: kind, "\(ours) AND source = \(source)", beyond: Unauthenticated.mostRowsOfSource - 1)
        }
        try deleteOldest(of: kind, ours, beyond: Unauthenticated.mostRows - 1)
    }

    private func deleteOldest(of kind: Unauthenticated, _ rows: SQL, beyond most: Int) throws(StoreError) {
        let excess = try count("SELECT COUNT(*) AS count \(rows)") - most
        guard excess > 0 else { return }
        try run(
            """
            DELETE \(rows) AND \(kind.key) IN (SELECT \(kind.key) \(rows) ORDER BY expires_at, \(kind.key) LIMIT \(excess))
            """
        )
    }
}
