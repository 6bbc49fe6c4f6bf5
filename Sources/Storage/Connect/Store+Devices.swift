public import Directory
import Foundation

extension Store {
    /// How many devices a user may have at a time.
    public static let mostDevices = 50

    /// Enrols a user's machine by its WireGuard public key. The same key of the same user is the same device, which
    /// takes the new name; one that was removed comes back.
    ///
    /// The token is shown this once: only its SHA-256 is kept. By it ``firstScreen(of:deviceToken:)`` knows the device before
    /// its user signed in; it is good for nothing else. A device that enrols again has a new one, and its old one ends.
    ///
    /// Throws ``StoreError/conflict(_:)`` where the key is none, or is another user's, and ``StoreError/denied(_:)`` for
    /// a user who is not active.
    public func enrolDevice(
        user: User.ID,
        name: String,
        publicKey: String,
        platform: String
    ) async throws(StoreError) -> (device: Device, token: Secret) {
        guard WireGuardKey.isPublicKey(publicKey) else {
            throw .conflict("A WireGuard public key is 32 bytes in base64, and this is not one.")
        }
        let id = Device.ID.random()
        let name = String(name.trimmingCharacters(in: .whitespacesAndNewlines).prefix(100))
        let platform = String(platform.prefix(100))
        guard !name.isEmpty else { throw .conflict("A device needs a name.") }
        let token = Token.new()
        let device = try await write { (transaction) throws(StoreError) in
            let owner = try transaction.requireActive(user, in: self)
            if let kept = try transaction.device(withKey: publicKey, in: organisation) {
                guard kept.device.user == user else {
                    throw .conflict("This WireGuard key belongs to a device of another user.")
                }
                try transaction.refresh(kept.device.id, name: name, platform: platform, in: self)
                try transaction.setToken(token, of: kept.device.id, in: self)
                try transaction.takeBackTunnelAddresses(of: kept.device.id, in: self)
                if !kept.isRemoved { return try transaction.device(kept.device.id, in: organisation) }
            } else {
                try transaction.insert(
                    Device(
                        id: id,
                        user: user,
                        name: name,
                        publicKey: publicKey,
                        platform: platform,
                        createdAt: time,
                        lastSeenAt: time
                    ),
                    in: self
                )
                try transaction.setToken(token, of: id, in: self)
            }
            guard let device = try transaction.device(withKey: publicKey, in: organisation)?.device else {
                throw .unreadable("A device that was just written is not there.")
            }
            guard try transaction.devices(of: user, in: organisation).count <= Self.mostDevices else {
                throw .conflict("A user may have \(Self.mostDevices) devices; remove one first.")
            }
            try transaction.record(
                action: "device.enrolled",
                subject: owner.login,
                new: device.summary,
                by: .user(user, email: owner.login),
                in: self
            )
            return device
        }
        return (device, token)
    }

    /// nil where there is none, or it was removed.
    public func device(_ id: Device.ID) async throws(StoreError) -> Device? {
        try await read { (transaction) throws(StoreError) in
            try transaction.devices(where: "device_id = \(id)", in: organisation).first
        }
    }

    /// All devices, by name.
    public func devices() async throws(StoreError) -> [Device] {
        try await read { (transaction) throws(StoreError) in try transaction.devices(where: "TRUE", in: organisation) }
    }

    /// The user's devices, by name.
    public func devices(of user: User.ID) async throws(StoreError) -> [Device] {
        try await read { (transaction) throws(StoreError) in try transaction.devices(of: user, in: organisation) }
    }

    /// Notes that the device asked for something; written at most once a minute.
    public func sawDevice(_ id: Device.ID) async throws(StoreError) {
        guard let device = try await device(id), time.timeIntervalSince(device.lastSeenAt) >= 60 else { return }
        try await write { (transaction) throws(StoreError) -> Void in
            try transaction.run(
                """
                UPDATE device SET last_seen_at = \(time)
                WHERE organisation_id = \(organisation.id) AND device_id = \(id) AND last_seen_at < \(time)
                """
            )
        }
    }

    /// Ends the device's connections and its token. Its tunnel addresses are free once no gateway can know them any more.
    public func removeDevice(_ id: Device.ID, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let device = try transaction.device(id, in: organisation)
            let owner = try transaction.user(device.user, in: organisation)
            try transaction.closeConnections(
                where: "device_id = \(id)",
                because: "The device was removed.",
                in: self
            )
            try transaction.freeTunnelAddresses(where: "device_id = \(id)", in: self)
            try transaction.run(
                """
                UPDATE device SET removed_at = \(time), token_hash = NULL
                WHERE organisation_id = \(organisation.id) AND device_id = \(id)
                """
            )
            try transaction.record(
                action: "device.removed",
                subject: owner.login,
                old: device.summary,
                by: actor,
                in: self
            )
        }
    }
}

extension Device {
    fileprivate static let columns: SQL = """
        device_id, okta_user_id, name, public_key, platform, created_at, last_seen_at, removed_at
        """

    fileprivate init(_ row: Row) throws(StoreError) {
        try self.init(
            id: row.id("device_id"),
            user: row.id("okta_user_id"),
            name: row.text("name"),
            publicKey: row.text("public_key"),
            platform: row.text("platform"),
            createdAt: row.date("created_at"),
            lastSeenAt: row.date("last_seen_at")
        )
    }

    /// As events name it.
    fileprivate var summary: String { "\(name) (\(platform)), key \(publicKey)" }
}

extension Transaction {
    /// The device, or ``StoreError/notFound(_:)``; also for one that was removed.
    func device(_ id: Device.ID, in organisation: Organisation) throws(StoreError) -> Device {
        guard let device = try devices(where: "device_id = \(id)", in: organisation).first else {
            throw .notFound("There is no such device.")
        }
        return device
    }

    fileprivate func devices(of user: User.ID, in organisation: Organisation) throws(StoreError) -> [Device] {
        try devices(where: "okta_user_id = \(user)", in: organisation)
    }

    fileprivate func devices(where condition: SQL, in organisation: Organisation) throws(StoreError) -> [Device] {
        var devices: [Device] = []
        let query: SQL = """
            SELECT \(Device.columns) FROM device
            WHERE organisation_id = \(organisation.id) AND \(condition) AND removed_at IS NULL ORDER BY name, device_id
            """
        try forEach(query) { (row) throws(StoreError) in devices.append(try Device(row)) }
        return devices
    }

    /// Removed devices too: their keys still are their users'.
    fileprivate func device(
        withKey key: String,
        in organisation: Organisation
    ) throws(StoreError) -> (device: Device, isRemoved: Bool)? {
        let query: SQL = """
            SELECT \(Device.columns) FROM device WHERE organisation_id = \(organisation.id) AND public_key = \(key)
            """
        guard let row = try row(query) else { return nil }
        return try (Device(row), row.optionalDate("removed_at") != nil)
    }

    fileprivate func insert(_ device: Device, in store: Store) throws(StoreError) {
        try run(
            """
            INSERT INTO device (organisation_id, device_id, okta_user_id, name, public_key, platform, created_at,
                last_seen_at)
            VALUES (\(store.organisation.id), \(device.id), \(device.user), \(device.name), \(device.publicKey),
                \(device.platform), \(device.createdAt), \(device.lastSeenAt))
            """
        )
    }

    fileprivate func setToken(_ token: Secret, of device: Device.ID, in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE device SET token_hash = \(Token.digest(token.value))
            WHERE organisation_id = \(store.organisation.id) AND device_id = \(device)
            """
        )
    }

    fileprivate func refresh(_ id: Device.ID, name: String, platform: String, in store: Store) throws(StoreError) {
        try run(
            """
            UPDATE device SET name = \(name), platform = \(platform), last_seen_at = \(store.time), removed_at = NULL
            WHERE organisation_id = \(store.organisation.id) AND device_id = \(id)
            """
        )
    }
}
