import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct `A statement` {
    @Test func `numbers what is interpolated and keeps it out of the text`() {
        let name = "'; DROP TABLE users; --"

        let sql: SQL =
            "SELECT 1 FROM users WHERE name = \(name) AND folded_email = \(name) AND status = \(User.Status.active)"

        #expect(sql.text == "SELECT 1 FROM users WHERE name = $1 AND folded_email = $2 AND status = $3")
        #expect(sql.values == [.text(name), .text(name), .text("ACTIVE")])
    }

    @Test func `takes another in and numbers its values anew`() {
        let group: SQL = "okta_group_id = \(Group.ID("00g1"))"
        let both = SQL.joined([group, "kind = \("APP_GROUP")"], by: " AND ")

        let sql: SQL = "SELECT \(1) FROM okta_group WHERE \(both) LIMIT \(5)"

        #expect(sql.text == "SELECT $1 FROM okta_group WHERE okta_group_id = $2 AND kind = $3 LIMIT $4")
        #expect(sql.values == [.integer(1), .text("00g1"), .text("APP_GROUP"), .integer(5)])
    }

    @Test func `lists values for IN, and nothing is in an empty list`() {
        let some: SQL = "id IN (\(SQL.list(["a", "b"])))"
        let none: SQL = "id IN (\(SQL.list([String]())))"

        #expect(some.text == "id IN ($1, $2)")
        #expect(none.text == "id IN (NULL)")
    }

    @Test func `keeps no value the type of its column`() {
        let missing: Date? = nil
        let nameless: Group.ID? = nil

        let sql: SQL = "\(missing) \(nameless) \(Bool?.none)"

        #expect(sql.values == [.integer(nil), .text(nil), .boolean(nil)])
    }

    @Test(arguments: Backend.allCases)
    func `gives back every value as it was given`(backend: Backend) async throws {
        try await backend.withStore { store in
            let texts = ["'; DROP TABLE users; --", "O’Brien \\ \t\n\r\"", "名前 😀", "", "$1 %s ?"]
            let time = Date(milliseconds: 1_800_000_000_123)

            for text in texts {
                let row = try await store.read { transaction throws(StoreError) in
                    try transaction.row(
                        "SELECT \(text) AS text, \(time) AS time, \(true) AS flag, \(String?.none) AS none"
                    )
                }

                #expect(try row?.text("text") == text)
                #expect(try row?.date("time") == time)
                #expect(try row?.bool("flag") == true)
                #expect(try row?.optionalText("none") == nil)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `is refused as a write where only reading was asked for`(backend: Backend) async throws {
        try await backend.withStore { (store: Store) async throws in
            await #expect(throws: StoreError.self) {
                try await store.read { transaction throws(StoreError) in
                    _ = try transaction.run("DELETE FROM organisation")
                }
            }
            #expect(try await store.organisationName() == "Acme")
        }
    }
}

@Suite struct `Rows by the thousand` {
    @Test(arguments: Backend.allCases)
    func `are inserted, updated only where they differ, and deleted`(backend: Backend) async throws {
        try await backend.withStore { store in
            let organisation = store.organisation.id
            let rows = (0..<70_000).map { number in
                [
                    SQLValue.text(organisation.rawValue), .text("job \(number)\t\\"), .text("owner\n"),
                    .integer(Int64(number)), .integer(0),
                ]
            }
            var changedRows = rows
            changedRows[7][3] = .integer(-1)
            changedRows[8][2] = .text("not updated")

            try await store.write { transaction throws(StoreError) in
                try transaction.insert(.leases(rows))
                try transaction.load(.leases(rows), key: ["organisation_id", "name"], updates: ["fence"])
            }
            let (changed, untouched) = try await store.write { [changedRows] transaction throws(StoreError) in
                try transaction.load(.leases(changedRows), key: ["organisation_id", "name"], updates: ["fence"])
                return (
                    try transaction.rows(
                        "SELECT name FROM lease WHERE organisation_id = \(organisation) AND fence = -1"
                    ),
                    try transaction.count(
                        "SELECT COUNT(*) AS count FROM lease WHERE organisation_id = \(organisation) AND owner = \("owner\n")"
                    )
                )
            }

            #expect(try changed.map { row in try row.text("name") } == ["job 7\t\\"])
            #expect(untouched == 70_000)

            let deleted = try await store.write { [rows] transaction throws(StoreError) in
                try transaction.staging(.leases(rows)) { () throws(StoreError) in
                    try transaction.run("DELETE FROM lease WHERE name IN (SELECT name FROM staged)")
                }
            }

            #expect(deleted == 70_000)
        }
    }
}

extension BulkRows {
    fileprivate static func leases(_ rows: [[SQLValue]]) -> BulkRows {
        BulkRows(
            table: "lease",
            columns: ["organisation_id", "name", "owner", "fence", "expires_at"],
            of: rows
        ) { $0 }
    }
}
