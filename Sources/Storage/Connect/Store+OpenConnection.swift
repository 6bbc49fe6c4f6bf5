public import Access
public import Directory

extension Store {
    /// Opens a tunnel from the device to the site if ``AccessFacts/decision(for:)`` allows it, decided in the same
    /// transaction. It ends with the session at the latest. One that is open already is given as it is, and ends with this session
    /// from now on.
    ///
    /// Throws ``StoreError/denied(_:)`` with the refusal, of which there is an event, and ``StoreError/notFound(_:)`` where the
    /// session is no live one in Connect of the device's user.
    public func openConnection(
        device id: Device.ID,
        site: Site.ID,
        session: Session.ID
    ) async throws(StoreError) -> Connection {
        let new = Connection.ID.random()
        let opening = try await write { (transaction) throws(StoreError) -> Opening in
            let device = try transaction.device(id, in: organisation)
            try transaction.requireGood(session, of: device.user, in: self)
            guard let facts = try transaction.accessFacts(for: device.user, in: self) else {
                throw .notFound("There is no such user.")
            }
            if case .denied(let refusal) = facts.decision(for: site) {
                try transaction.record(refusal, of: device, facts.user, to: site, among: facts.sites, in: self)
                return .refused(refusal)
            }
            return .open(try transaction.open(new, from: device, to: site, in: session, in: self))
        }
        switch opening {
        case .open(let connection): return connection
        case .refused(let refusal): throw .denied(refusal)
        }
    }
}

extension Store {
    /// Makes an event of a connection that was refused before it was asked for here. Opens nothing, also where the access was
    /// given meanwhile.
    public func noteRefusal(device id: Device.ID, site: Site.ID) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let device = try transaction.device(id, in: organisation)
            guard let facts = try transaction.accessFacts(for: device.user, in: self),
                case .denied(let refusal) = facts.decision(for: site)
            else { return }
            try transaction.record(refusal, of: device, facts.user, to: site, among: facts.sites, in: self)
        }
    }
}

/// A refusal is kept, so it is no error inside the transaction.
private enum Opening: Sendable {
    case open(Connection)
    case refused(Decision.Refusal)
}

extension Transaction {
    fileprivate func requireGood(_ id: Session.ID, of user: User.ID, in store: Store) throws(StoreError) {
        guard let (session, problem) = try session(where: "session_id = \(id)", in: store), problem == nil,
            session.kind == .connect, session.holder == .user(user)
        else { throw .notFound("The session has ended.") }
    }

    fileprivate func open(
        _ id: Connection.ID,
        from device: Device,
        to site: Site.ID,
        in session: Session.ID,
        in store: Store
    ) throws(StoreError) -> Connection {
        let organisation = store.organisation
        let here: SQL = "device_id = \(device.id) AND site_id = \(site)"
        let open = try openConnections(where: here, in: organisation).first
        if let open, open.session == session { return open }
        try raiseRevision(ofSites: "site_id = \(site)", in: store)
        let revision: SQL =
            "(SELECT revision FROM site WHERE organisation_id = \(organisation.id) AND site_id = \(site))"
        if let open {
            // The session before may have run out, and the peer with it: it is told anew.
            try run(
                """
                UPDATE connection SET session_id = \(session), opened_revision = \(revision)
                WHERE organisation_id = \(organisation.id) AND connection_id = \(open.id)
                """
            )
        } else {
            let number = try tunnelAddress(of: device.id, at: site, in: store)
            try run(
                """
                INSERT INTO connection (organisation_id, connection_id, device_id, okta_user_id, site_id, session_id,
                    address, opened_at, opened_revision)
                VALUES (\(organisation.id), \(id), \(device.id), \(device.user), \(site), \(session),
                    \(AddressRange.dotted(number)), \(store.time), \(revision))
                """
            )
        }
        guard let connection = try openConnections(where: here, in: organisation).first else {
            throw .unreadable("A connection that was just written is not there.")
        }
        return connection
    }

    /// The event of a refusal: once a minute for a device and site. A site that is not there is any.
    fileprivate func record(
        _ refusal: Decision.Refusal,
        of device: Device,
        _ user: User,
        to site: Site.ID,
        among sites: [Site],
        in store: Store
    ) throws(StoreError) {
        let known = sites.first { $0.id == site }
        guard try isNewRefusal("connection \(device.id) \(known?.id.rawValue ?? "")", in: store) else { return }
        try record(
            action: "connection.refused",
            subject: user.login,
            new: "\(device.name) to \(known?.name ?? "a site that is not there")",
            because: refusal.sentence,
            by: .user(user),
            in: store
        )
    }
}
