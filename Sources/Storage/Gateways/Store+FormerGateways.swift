import Directory
import Foundation

extension Store {
    /// Notes that the machine with this token, if it was a gateway whose lease is not over, is told now that it is one no longer: it
    /// cuts everybody off at once.
    public func endFormerGateway(token: String) async throws(StoreError) {
        guard token.utf8.count == 43 else { return }
        let time = time
        let organisation = organisation.id
        let query: SQL = """
            SELECT gateway_id FROM former_gateway
            WHERE organisation_id = \(organisation) AND token_hash = \(Token.digest(token)) AND lease_ends_at > \(time)
            """
        guard let id: Gateway.ID = try await database.row(query)?.id("gateway_id") else { return }
        // It waits for no synchronization: the machine waits for the answer. What is closed at this very moment may stay unanswered.
        try await writeUnordered { (transaction) throws(StoreError) -> Void in
            let machine: SQL = "organisation_id = \(organisation) AND gateway_id = \(id)"
            try transaction.run("DELETE FROM former_gateway WHERE \(machine)")
            try transaction.run(
                """
                UPDATE connection_cut SET acknowledged_at = \(time)
                WHERE \(machine) AND acknowledged_at IS NULL AND lease_ends_at > \(time)
                """
            )
        }
    }
}

extension Transaction {
    /// Holds off the gateway's reports, and then its acknowledgements, until the end of the transaction: both write down what this one
    /// is about to, in another order.
    private func lock(_ gateway: Gateway, in store: Store) throws(StoreError) {
        try lock(gateway.lock)
        try run(
            """
            UPDATE gateway SET name = name
            WHERE organisation_id = \(store.organisation.id) AND gateway_id = \(gateway.id)
            """
        )
    }

    /// Takes the gateway away, and remembers its machine until that was told so.
    func remove(_ gateway: Gateway, in store: Store) throws(StoreError) {
        try keepFormerMachine(of: gateway, as: .removed, in: store)
        try run("DELETE FROM gateway WHERE organisation_id = \(store.organisation.id) AND gateway_id = \(gateway.id)")
    }

    /// Remembers the machine that is the gateway, if one is, beside the gateway: it has its own id. What it has still to acknowledge
    /// and may still let in goes with it.
    func keepFormerMachine(of gateway: Gateway, as end: Gateway.End, in store: Store) throws(StoreError) {
        let organisation = store.organisation.id
        let id = Gateway.ID.random()
        try lock(gateway, in: store)
        let kept = try run(
            """
            INSERT INTO former_gateway (organisation_id, gateway_id, site_id, name, ended_as, token_hash, lease_ends_at)
            SELECT organisation_id, \(id), site_id, name, \(end), token_hash,
                \(latestLeaseEnd(of: gateway.site, in: store))
            FROM gateway
            WHERE organisation_id = \(organisation) AND gateway_id = \(gateway.id) AND token_hash IS NOT NULL
            """
        )
        guard kept > 0 else { return }
        try run(
            """
            UPDATE connection_cut SET gateway_id = \(id), ended_as = \(end)
            WHERE organisation_id = \(organisation) AND gateway_id = \(gateway.id) AND acknowledged_at IS NULL
                AND lease_ends_at > \(store.time)
            """
        )
    }
}
