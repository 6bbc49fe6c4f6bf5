import Foundation

extension Store {
    /// Sources of which administrators are told in an hour; of more there are events only, so that who has many addresses cannot
    /// fill a mailbox.
    static let mostEnumerationsTold = 10

    /// Records that one source tried many addresses on Connect's first screen, and tells administrators: once an hour for a
    /// source, however many servers noticed.
    ///
    /// - Parameters:
    ///   - source: An IPv4 address or the network of an IPv6 address.
    ///   - addresses: How many different ones it asked for at least.
    /// - Returns: Whether it was recorded now.
    @discardableResult
    public func recordEnumeration(from source: String, addresses: Int) async throws(StoreError) -> Bool {
        try await write { (transaction) throws(StoreError) in
            try transaction.run(
                """
                DELETE FROM enumeration
                WHERE organisation_id = \(organisation.id) AND told_at <= \(time.addingTimeInterval(-3600))
                """
            )
            let inserted = try transaction.run(
                """
                INSERT INTO enumeration (organisation_id, source, told_at)
                VALUES (\(organisation.id), \(source), \(time)) ON CONFLICT (organisation_id, source) DO NOTHING
                """
            )
            guard inserted > 0 else { return false }
            try transaction.record(
                action: "connect.addresses-tried",
                subject: source,
                new: "\(addresses) different e-mail addresses within an hour",
                by: .system,
                in: self
            )
            let told = try transaction.count(
                "SELECT COUNT(*) AS count FROM enumeration WHERE organisation_id = \(organisation.id)"
            )
            guard told <= Self.mostEnumerationsTold else { return true }
            try transaction.notify(.enumeration, problem: .enumeration(from: source, addresses), in: self)
            return true
        }
    }
}

extension Problem {
    fileprivate static func enumeration(from source: String, _ addresses: Int) -> Problem {
        Problem(
            what: """
                Somebody at \(source) tried \(addresses) different e-mail addresses on the first screen of Timus Connect within \
                an hour.
                """,
            remedy: """
                If that is none of your offices, block the address, and choose in Settings > Timus Connect that unknown devices \
                see only the organisation's name.
                """
        )
    }
}
