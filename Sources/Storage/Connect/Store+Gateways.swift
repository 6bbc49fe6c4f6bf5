public import Access
import Foundation

extension Store {
    /// Adds a gateway to a site. Its token is shown this once: only the SHA-256 is kept.
    ///
    /// - Parameter endpoint: Where its WireGuard listens, as `host:port`.
    public func addGateway(
        site: Site.ID,
        name: String,
        endpoint: String,
        publicKey: String,
        by actor: Actor
    ) async throws(StoreError) -> (gateway: Gateway, token: Secret) {
        let token = Token.new()
        let gateway = Gateway(
            id: .random(),
            site: site,
            name: name.trimmingCharacters(in: .whitespacesAndNewlines),
            publicKey: publicKey,
            endpoint: endpoint.trimmingCharacters(in: .whitespacesAndNewlines),
            createdAt: time,
            lastSeenAt: nil
        )
        try Self.check(gateway)
        try await write { (transaction) throws(StoreError) in
            let place = try transaction.site(site, in: organisation)
            for other in try transaction.gateways(where: "TRUE", in: organisation) {
                guard other.name.lowercased() != gateway.name.lowercased() else {
                    throw .alreadyExists("A gateway named \(other.name) exists.")
                }
                guard other.publicKey != publicKey else {
                    throw .alreadyExists("The gateway \(other.name) has that public key.")
                }
            }
            try transaction.run(
                """
                INSERT INTO gateway (organisation_id, gateway_id, site_id, name, public_key, endpoint, token_hash,
                    created_at)
                VALUES (\(organisation.id), \(gateway.id), \(site), \(gateway.name), \(publicKey), \(gateway.endpoint),
                    \(Token.digest(token.value)), \(gateway.createdAt))
                """
            )
            try transaction.record(
                action: "gateway.added",
                subject: gateway.name,
                new: "\(place.name), \(gateway.endpoint)",
                by: actor,
                in: self
            )
        }
        return (gateway, token)
    }

    /// The site's gateways, by name.
    public func gateways(of site: Site.ID) async throws(StoreError) -> [Gateway] {
        try await read { (transaction) throws(StoreError) in
            try transaction.gateways(where: "site_id = \(site)", in: organisation)
        }
    }

    /// The gateway with this token; nil where there is none. Notes that it was seen.
    public func gateway(token: String) async throws(StoreError) -> Gateway? {
        guard token.utf8.count == 43 else { return nil }
        let hash = Token.digest(token)
        let found = try await read { (transaction) throws(StoreError) in
            try transaction.gateways(where: "token_hash = \(hash)", in: organisation).first
        }
        guard let found else { return nil }
        if found.lastSeenAt.map({ time.timeIntervalSince($0) >= 60 }) ?? true {
            try await write { (transaction) throws(StoreError) -> Void in
                try transaction.run(
                    """
                    UPDATE gateway SET last_seen_at = \(time)
                    WHERE organisation_id = \(organisation.id) AND gateway_id = \(found.id)
                    """
                )
            }
        }
        return found
    }

    /// Its token works no longer.
    public func removeGateway(_ id: Gateway.ID, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            guard let gateway = try transaction.gateways(where: "gateway_id = \(id)", in: organisation).first else {
                throw .notFound("There is no such gateway.")
            }
            try transaction.run(
                "DELETE FROM gateway WHERE organisation_id = \(organisation.id) AND gateway_id = \(id)"
            )
            try transaction.record(
                action: "gateway.removed",
                subject: gateway.name,
                old: gateway.endpoint,
                by: actor,
                in: self
            )
        }
    }

    private static func check(_ gateway: Gateway) throws(StoreError) {
        guard !gateway.name.isEmpty, gateway.name.count <= 100 else {
            throw .conflict("A gateway needs a name of at most 100 characters.")
        }
        guard WireGuardKey.isPublicKey(gateway.publicKey) else {
            throw .conflict("A WireGuard public key is 32 bytes in base64, and this is not one.")
        }
        let parts = gateway.endpoint.split(separator: ":", omittingEmptySubsequences: false)
        let isPlain = gateway.endpoint.unicodeScalars.allSatisfy { (33...126).contains($0.value) }
        guard parts.count >= 2, isPlain, parts.first?.isEmpty == false, let port = parts.last.flatMap({ Int($0) }),
            (1...65_535).contains(port)
        else { throw .conflict("The endpoint is a host and a port, such as gateway.example.com:51820.") }
    }
}

extension Gateway {
    fileprivate init(_ row: Row) throws(StoreError) {
        try self.init(
            id: row.id("gateway_id"),
            site: row.id("site_id"),
            name: row.text("name"),
            publicKey: row.text("public_key"),
            endpoint: row.text("endpoint"),
            createdAt: row.date("created_at"),
            lastSeenAt: row.optionalDate("last_seen_at")
        )
    }
}

extension Transaction {
    /// The gateways for which `condition` holds, by name.
    fileprivate func gateways(where condition: SQL, in organisation: Organisation) throws(StoreError) -> [Gateway] {
        var gateways: [Gateway] = []
        let query: SQL = """
            SELECT gateway_id, site_id, name, public_key, endpoint, created_at, last_seen_at FROM gateway
            WHERE organisation_id = \(organisation.id) AND \(condition) ORDER BY name
            """
        try forEach(query) { (row) throws(StoreError) in gateways.append(try Gateway(row)) }
        return gateways
    }
}
