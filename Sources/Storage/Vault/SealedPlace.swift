import Directory
import Foundation

/// Where a sealed secret stands. It is authenticated with the secret, so that it opens nowhere else.
struct SealedPlace: Hashable, Sendable {
    let table: String
    let column: String
    let organisation: Organisation.ID
    /// What tells the row from others of the table and organisation; empty where there is one row.
    var row = ""
    /// Counts the times that the secret was replaced, so that an old one cannot be put back.
    var version: Int64 = 1

    /// The place as authenticated bytes: each part with its length before it, so that no two places give the same.
    func data(keyID: String) -> Data {
        let parts = [table, column, organisation.rawValue, row, String(version), keyID]
        return Data(parts.map { "\($0.utf8.count):\($0)" }.joined(separator: "|").utf8)
    }
}
