public import Directory
import Foundation

extension Store {
    /// Begins a sign-in on a machine without a browser. The secret is the device code, given to Connect this once.
    ///
    /// Anybody may begin one, so they are bounded: those run out go first, then the oldest beyond ten thousand.
    public func makeDeviceCode(
        deviceName: String?,
        address: String?
    ) async throws(StoreError) -> (code: DeviceCode, secret: Secret) {
        let secret = Token.new()
        let id = DeviceCode.ID(Token.digest(secret.value))
        let candidates = (0..<4).map { _ in UserCode.new() }
        let made = time
        let expires = made.addingTimeInterval(Double(DeviceCode.lifetime))
        let code = try await write { (transaction) throws(StoreError) in
            try transaction.makeRoom(in: .deviceCodes, of: self)
            let typed = try transaction.firstUnused(candidates, in: organisation)
            try transaction.run(
                """
                INSERT INTO device_code (organisation_id, device_code_hash, user_code, device_name, address, poll_seconds,
                    created_at, expires_at)
                VALUES (\(organisation.id), \(id), \(typed), \(deviceName), \(address), \(DeviceCode.interval),
                    \(made), \(expires))
                """
            )
            return DeviceCode(
                id: id,
                userCode: UserCode.shown(typed),
                deviceName: deviceName,
                address: address,
                createdAt: made,
                expiresAt: expires
            )
        }
        return (code, secret)
    }

    /// The sign-in that waits under this user code, which may be typed in any case and with or without the hyphen; nil
    /// where none waits.
    public func deviceCode(userCode typed: String) async throws(StoreError) -> DeviceCode? {
        guard let userCode = UserCode.read(typed) else { return nil }
        let query: SQL = """
            SELECT device_code_hash, user_code, device_name, address, created_at, expires_at FROM device_code
            WHERE organisation_id = \(organisation.id) AND user_code = \(userCode) AND expires_at > \(time)
                AND approved_at IS NULL AND denied_at IS NULL
            """
        return try await read { (transaction) throws(StoreError) in
            guard let row = try transaction.row(query) else { return nil }
            return try DeviceCode(
                id: row.id("device_code_hash"),
                userCode: UserCode.shown(row.text("user_code")),
                deviceName: row.optionalText("device_name"),
                address: row.optionalText("address"),
                createdAt: row.date("created_at"),
                expiresAt: row.date("expires_at")
            )
        }
    }

    /// Lets the machine sign in as the user. Throws ``StoreError/notFound(_:)`` where the code no longer waits, and
    /// ``StoreError/denied(_:)`` for a user who is not active.
    public func approveDeviceCode(_ id: DeviceCode.ID, by user: User) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireActive(user.id, in: self)
            try transaction.settle(id, as: "okta_user_id = \(user.id), approved_at = \(time)", in: self)
            try transaction.record(
                action: "device-code.approved",
                subject: user.login,
                by: .user(user),
                in: self
            )
        }
    }

    /// Refuses the machine. Throws ``StoreError/notFound(_:)`` where the code no longer waits.
    public func denyDeviceCode(_ id: DeviceCode.ID, by user: User) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.settle(id, as: "denied_at = \(time)", in: self)
            try transaction.record(
                action: "device-code.denied",
                subject: user.login,
                by: .user(user),
                in: self
            )
        }
    }

    /// What Connect is answered when it asks with its device code. An approval is for the session that is opened now: that
    /// takes the code (``ConnectGrant/deviceCode(_:)``).
    public func pollDeviceCode(_ secret: String) async throws(StoreError) -> DeviceCode.Answer {
        let id = DeviceCode.ID(Token.digest(secret))
        return try await write { (transaction) throws(StoreError) in
            let ours: SQL = "organisation_id = \(organisation.id) AND device_code_hash = \(id)"
            let waiting = try transaction.row(
                """
                SELECT okta_user_id, denied_at, last_polled_at, poll_seconds, expires_at FROM device_code WHERE \(ours)
                """
            )
            guard let row = waiting else { return .unknown }
            guard try row.date("expires_at") > time else { return .expired }
            if let user: User.ID = try row.optionalID("okta_user_id") {
                return .approved(user, id)
            }
            if try row.optionalDate("denied_at") != nil { return .denied }
            var interval = try row.int("poll_seconds")
            let last = try row.optionalDate("last_polled_at")
            let isTooSoon = last.map { time.timeIntervalSince($0) < Double(interval) } ?? false
            if isTooSoon { interval += DeviceCode.interval }
            try transaction.run(
                "UPDATE device_code SET last_polled_at = \(time), poll_seconds = \(interval) WHERE \(ours)"
            )
            return isTooSoon ? .slowDown(interval: interval) : .pending
        }
    }
}

extension Transaction {
    /// Takes an approved code for the session that is opened in this transaction.
    ///
    /// Throws ``StoreError/conflict(_:)`` where it is gone: taken, run out, or withdrawn with all that the user held.
    func take(_ id: DeviceCode.ID, approvedBy holder: Session.Holder, in store: Store) throws(StoreError) {
        guard case .user(let user) = holder else { throw .conflict("Only users sign in with a code.") }
        let taken = try run(
            """
            DELETE FROM device_code
            WHERE organisation_id = \(store.organisation.id) AND device_code_hash = \(id) AND okta_user_id = \(user)
                AND approved_at IS NOT NULL AND expires_at > \(store.time)
            """
        )
        guard taken == 1 else { throw .conflict("The code is unknown or was used. Sign in again.") }
    }

    fileprivate func firstUnused(_ codes: [String], in organisation: Organisation) throws(StoreError) -> String {
        for code in codes {
            let used = try row(
                "SELECT 1 FROM device_code WHERE organisation_id = \(organisation.id) AND user_code = \(code)"
            )
            if used == nil { return code }
        }
        throw .unavailable("no user code is free")
    }

    /// Sets how a waiting code ended.
    fileprivate func settle(_ id: DeviceCode.ID, as outcome: SQL, in store: Store) throws(StoreError) {
        let settled = try run(
            """
            UPDATE device_code SET \(outcome)
            WHERE organisation_id = \(store.organisation.id) AND device_code_hash = \(id)
                AND expires_at > \(store.time) AND approved_at IS NULL AND denied_at IS NULL
            """
        )
        guard settled == 1 else { throw .notFound("The code has run out, or was used.") }
    }
}
