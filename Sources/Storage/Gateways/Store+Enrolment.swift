public import Access
import Foundation

extension Store {
    /// Makes the machine that shows the code the gateway, with the key that it made, and ends the key and token of the machine that was
    /// it before. The token is shown this once: only its SHA-256 is kept.
    ///
    /// Throws ``StoreError/notFound(_:)`` for a code that is unknown, used, replaced or over; of all but the first there is an event. Where the
    /// key is none, or another gateway's, it throws too, and the code stays good.
    public func enrolGateway(
        code: String,
        publicKey: String,
        from origin: Origin? = nil
    ) async throws(StoreError) -> (gateway: Gateway, site: Site, token: Secret) {
        guard WireGuardKey.isPublicKey(publicKey) else {
            throw .conflict("A WireGuard public key is 32 bytes in base64, and this is not one.")
        }
        let token = Token.new()
        let digest = EnrolmentCode.digest(code)
        let enrolled = try await write { (transaction) throws(StoreError) -> (Gateway, Site)? in
            let named = try transaction.gateways(where: "code_hash = \(digest)", in: organisation)
            guard let gateway = named.first else {
                try transaction.recordRefusedEnrolment(digest: digest, from: origin, in: self)
                return nil
            }
            guard let end = gateway.codeExpiresAt, end > time else {
                let reason =
                    gateway.codeExpiresAt == nil ? "The code was used before." : "The code is older than an hour."
                try transaction.recordRefusedEnrolment(of: gateway, because: reason, from: origin, in: self)
                return nil
            }
            let others: SQL = "public_key = \(publicKey) AND gateway_id <> \(gateway.id)"
            if let other = try transaction.gateways(where: others, in: organisation).first {
                throw .alreadyExists("The gateway \(other.name) has that public key.")
            }
            try transaction.enrol(gateway, publicKey: publicKey, token: token, from: origin, in: self)
            return try (
                transaction.gateway(gateway.id, in: organisation), transaction.site(gateway.site, in: organisation)
            )
        }
        guard let (gateway, site) = enrolled else {
            throw .notFound("The code is unknown, was used, or is older than an hour.")
        }
        return (gateway, site, token)
    }
}

extension Transaction {
    fileprivate func enrol(
        _ gateway: Gateway,
        publicKey: String,
        token: Secret,
        from origin: Origin?,
        in store: Store
    ) throws(StoreError) {
        let organisation = store.organisation.id
        try raiseRevision(ofSites: "site_id = \(gateway.site)", in: store)
        try keepFormerMachine(of: gateway, as: .replaced, in: store)
        try run(
            """
            UPDATE gateway SET public_key = \(publicKey), token_hash = \(Token.digest(token.value)),
                enrolled_at = \(store.time), code_expires_at = NULL, last_seen_at = NULL, acknowledged_revision = 0,
                version = NULL, implementation = NULL, refused_packets = 0, told_refused_packets = 0,
                enrolled_revision = (
                    SELECT revision FROM site WHERE organisation_id = \(organisation) AND site_id = \(gateway.site))
            WHERE organisation_id = \(organisation) AND gateway_id = \(gateway.id)
            """
        )
        try run("DELETE FROM peer_use WHERE organisation_id = \(organisation) AND gateway_id = \(gateway.id)")
        try record(
            action: "gateway.enrolled",
            subject: gateway.name,
            old: gateway.publicKey.map { "key \($0)" },
            new: "key \(publicKey)",
            from: origin,
            by: .system,
            in: store
        )
    }

    /// A code that is no gateway's latest.
    fileprivate func recordRefusedEnrolment(
        digest: String,
        from origin: Origin?,
        in store: Store
    ) throws(StoreError) {
        let organisation = store.organisation
        let former: SQL = """
            gateway_id IN (
                SELECT gateway_id FROM former_code
                WHERE organisation_id = \(organisation.id) AND code_hash = \(digest))
            """
        guard let gateway = try gateways(where: former, in: organisation).first else { return }
        let reason = "The code was replaced by a newer one."
        try recordRefusedEnrolment(of: gateway, because: reason, from: origin, in: store)
    }

    fileprivate func recordRefusedEnrolment(
        of gateway: Gateway,
        because reason: String,
        from origin: Origin?,
        in store: Store
    ) throws(StoreError) {
        guard try isNewRefusal("enrolment \(gateway.id)", in: store) else { return }
        try record(
            action: "gateway.enrolment-refused",
            subject: gateway.name,
            from: origin,
            because: reason,
            by: .system,
            in: store
        )
    }
}
