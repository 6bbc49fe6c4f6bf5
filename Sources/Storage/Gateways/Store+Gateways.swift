public import Access
import Foundation

extension Store {
    /// Adds a gateway to a site, and gives the code by which a machine becomes it. The code is shown this once: only its SHA-256 is
    /// kept. It is good once, for ``Gateway/codeLifetime``.
    ///
    /// - Parameter endpoint: Where its WireGuard listens, as `host:port`, with an IPv6 address in brackets.
    public func addGateway(
        site: Site.ID,
        name: String,
        endpoint: String,
        by actor: Actor
    ) async throws(StoreError) -> (gateway: Gateway, code: Secret) {
        let code = EnrolmentCode.new()
        let id = Gateway.ID.random()
        let name = try Self.gatewayName(name)
        let endpoint = endpoint.trimmingCharacters(in: .whitespacesAndNewlines)
        guard Endpoint.isEndpoint(endpoint) else {
            throw .conflict(
                """
                The endpoint is a host and a port, such as gateway.example.com:51820, with an IPv6 address in brackets.
                """
            )
        }
        let gateway = try await write { (transaction) throws(StoreError) in
            let place = try transaction.site(site, in: organisation)
            try transaction.refuseGateway(named: name, in: organisation)
            try transaction.run(
                """
                INSERT INTO gateway (organisation_id, gateway_id, site_id, name, endpoint, created_at, code_hash,
                    code_expires_at)
                VALUES (\(organisation.id), \(id), \(site), \(name), \(endpoint), \(time),
                    \(EnrolmentCode.digest(code.value)), \(codeEnd))
                """
            )
            try transaction.record(
                action: "gateway.added",
                subject: name,
                new: "\(place.name), \(endpoint)",
                by: actor,
                in: self
            )
            return try transaction.gateway(id, in: organisation)
        }
        return (gateway, code)
    }

    /// Gives another code for a gateway; the one before is good no longer. The gateway goes on until the new one is used: then its
    /// old key and token end.
    public func renewCode(ofGateway id: Gateway.ID, by actor: Actor) async throws(StoreError) -> Secret {
        let code = EnrolmentCode.new()
        try await write { (transaction) throws(StoreError) in
            let gateway = try transaction.gateway(id, in: organisation)
            try transaction.run(
                """
                INSERT INTO former_code (organisation_id, code_hash, gateway_id)
                SELECT organisation_id, code_hash, gateway_id FROM gateway
                WHERE organisation_id = \(organisation.id) AND gateway_id = \(id) AND code_hash IS NOT NULL
                """
            )
            try transaction.run(
                """
                UPDATE gateway SET code_hash = \(EnrolmentCode.digest(code.value)), code_expires_at = \(codeEnd)
                WHERE organisation_id = \(organisation.id) AND gateway_id = \(id)
                """
            )
            try transaction.record(action: "gateway.code-renewed", subject: gateway.name, by: actor, in: self)
        }
        return code
    }

    /// The site's gateways, enrolled or not, by name.
    public func gateways(of site: Site.ID) async throws(StoreError) -> [Gateway] {
        try await read { (transaction) throws(StoreError) in
            try transaction.gateways(where: "site_id = \(site)", in: organisation)
        }
    }

    /// All gateways, by name.
    public func gateways() async throws(StoreError) -> [Gateway] {
        try await read { (transaction) throws(StoreError) in
            try transaction.gateways(where: "TRUE", in: organisation)
        }
    }

    public func gateway(_ id: Gateway.ID) async throws(StoreError) -> Gateway? {
        try await read { (transaction) throws(StoreError) in
            try transaction.gateways(where: "gateway_id = \(id)", in: organisation).first
        }
    }

    /// The gateway with this token; nil where there is none.
    public func gateway(token: String) async throws(StoreError) -> Gateway? {
        guard token.utf8.count == 43 else { return nil }
        let query: SQL = """
            SELECT \(Gateway.columns) FROM gateway
            WHERE organisation_id = \(organisation.id) AND token_hash = \(Token.digest(token))
            """
        guard let row = try await database.row(query) else { return nil }
        return try Gateway(row)
    }

    public func renameGateway(_ id: Gateway.ID, to name: String, by actor: Actor) async throws(StoreError) {
        let name = try Self.gatewayName(name)
        try await write { (transaction) throws(StoreError) in
            let before = try transaction.gateway(id, in: organisation)
            guard before.name != name else { return }
            try transaction.refuseGateway(named: name, except: id, in: organisation)
            try transaction.run(
                """
                UPDATE gateway SET name = \(name) WHERE organisation_id = \(organisation.id) AND gateway_id = \(id)
                """
            )
            try transaction.record(
                action: "gateway.renamed",
                subject: name,
                old: before.name,
                new: name,
                by: actor,
                in: self
            )
        }
    }

    /// Its token and its code work no longer. Its machine has acknowledged everything once it was told so.
    public func removeGateway(_ id: Gateway.ID, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let gateway = try transaction.gateway(id, in: organisation)
            try transaction.remove(gateway, in: self)
            try transaction.tellSiteChange(in: organisation)
            try transaction.record(
                action: "gateway.removed",
                subject: gateway.name,
                old: gateway.endpoint,
                by: actor,
                in: self
            )
        }
    }

    private var codeEnd: Date { time.addingTimeInterval(Double(Gateway.codeLifetime)) }

    private static func gatewayName(_ typed: String) throws(StoreError) -> String {
        let name = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !name.isEmpty, name.count <= 100 else {
            throw .conflict("A gateway needs a name of at most 100 characters.")
        }
        return name
    }
}

extension Transaction {
    /// Throws where another gateway has the name in any case.
    fileprivate func refuseGateway(
        named name: String,
        except kept: Gateway.ID? = nil,
        in organisation: Organisation
    ) throws(StoreError) {
        for other in try gateways(where: "TRUE", in: organisation)
        where other.id != kept && other.name.lowercased() == name.lowercased() {
            throw .alreadyExists("A gateway named \(other.name) exists.")
        }
    }
}
