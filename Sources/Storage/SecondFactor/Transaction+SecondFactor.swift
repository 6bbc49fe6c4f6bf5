import Foundation

extension Transaction {
    /// What is kept of a second factor.
    typealias KeptSecondFactor = (row: String, totp: TOTP, lastStep: Int64)

    /// The one that is being set up; nil where none is, or where its time is over.
    func proposedSecondFactor(of id: Administrator.ID, in store: Store) throws(StoreError) -> KeptSecondFactor? {
        let oldest = store.time.addingTimeInterval(-Double(SecondFactorProposal.lifetime))
        return try secondFactor(of: id, where: "confirmed_at IS NULL AND created_at > \(oldest)", in: store)
    }

    /// The administrator, where the code is one of their app's or an unused recovery code, which is used up by it. The
    /// attempt is counted until it is known to be right.
    func verifyCode(
        _ typed: String,
        of id: Administrator.ID,
        from source: SignInSource,
        in store: Store
    ) throws(StoreError) -> Administrator? {
        let administrator = try administrator(id, in: store.organisation)
        let attempt = try claimAttempt(on: administrator.email, from: source, in: store)
        let code = typed.typedCode
        let isRight =
            code.count == RecoveryCode.length
            ? try useRecoveryCode(code, of: administrator, in: store) : try useCode(code, of: id, in: store)
        guard isRight else { return nil }
        try forgetFailures(of: attempt, in: store)
        return administrator
    }

    /// - Parameter condition: Which of the administrator's rows.
    func forgetSecondFactor(
        of id: Administrator.ID,
        where condition: SQL,
        in organisation: Organisation
    ) throws(StoreError) {
        try run(
            """
            DELETE FROM second_factor
            WHERE organisation_id = \(organisation.id) AND administrator_id = \(id) AND \(condition)
            """
        )
    }

    func replaceRecoveryCodes(
        of id: Administrator.ID,
        by codes: [Secret],
        in organisation: Organisation
    ) throws(StoreError) {
        try run(
            "DELETE FROM recovery_code WHERE organisation_id = \(organisation.id) AND administrator_id = \(id)"
        )
        for code in codes {
            try run(
                """
                INSERT INTO recovery_code (organisation_id, administrator_id, code_hash)
                VALUES (\(organisation.id), \(id), \(RecoveryCode.digest(code)))
                """
            )
        }
    }

    /// What a change of the second factor takes with it: recovery codes that belong to none, sign-ins under way and the
    /// sessions that began without it.
    ///
    /// - Parameter actor: nil for the administrators themselves.
    func secondFactorChanged(
        of administrator: Administrator,
        to state: String,
        except session: Session.ID? = nil,
        by actor: Actor? = nil,
        in store: Store
    ) throws(StoreError) {
        if state == "off" { try replaceRecoveryCodes(of: administrator.id, by: [], in: store.organisation) }
        try forgetPendingSignIns(of: administrator.id, in: store.organisation)
        try endSessions(
            of: .administrator(administrator.id),
            except: session,
            because: "The second factor was changed.",
            in: store
        )
        let isReset = actor != nil
        try record(
            action: isReset ? "administrator.second-factor-reset" : "administrator.second-factor-set",
            subject: administrator.email,
            old: administrator.secondFactor == .off ? "off" : "on",
            new: state,
            by: actor ?? .administrator(administrator),
            in: store
        )
    }

    /// The sign-in that waits for its code; nil where none does, or no longer.
    func pendingSignIn(
        _ token: String,
        in store: Store
    ) throws(StoreError) -> (administrator: Administrator.ID, redirectAfter: String, tries: Int)? {
        let query: SQL = """
            SELECT administrator_id, redirect_after, tries FROM pending_sign_in
            WHERE organisation_id = \(store.organisation.id) AND token_hash = \(Token.digest(token))
                AND expires_at > \(store.time)
            """
        guard let row = try row(query) else { return nil }
        return try (row.id("administrator_id"), row.text("redirect_after"), row.int("tries"))
    }

    func forgetPendingSignIns(of id: Administrator.ID, in organisation: Organisation) throws(StoreError) {
        try run(
            "DELETE FROM pending_sign_in WHERE organisation_id = \(organisation.id) AND administrator_id = \(id)"
        )
    }

    private func secondFactor(
        of id: Administrator.ID,
        where condition: SQL,
        in store: Store
    ) throws(StoreError) -> KeptSecondFactor? {
        let query: SQL = """
            SELECT second_factor_id, secret, last_step FROM second_factor
            WHERE organisation_id = \(store.organisation.id) AND administrator_id = \(id) AND \(condition)
            """
        guard let row = try row(query) else { return nil }
        let place = SealedPlace.secondFactor(try row.text("second_factor_id"), in: store.organisation)
        let secret = try store.vault.open(try row.text("secret"), for: place)
        guard let bytes = Base32.decode(secret.value) else { throw .unreadable("A second factor has no secret.") }
        return (place.row, TOTP(secret: bytes), try row.int64("last_step"))
    }

    private func useCode(_ code: String, of id: Administrator.ID, in store: Store) throws(StoreError) -> Bool {
        guard let kept = try secondFactor(of: id, where: "confirmed_at IS NOT NULL", in: store),
            let step = kept.totp.step(of: code, at: store.time, after: kept.lastStep)
        else { return false }
        let used = try run(
            """
            UPDATE second_factor SET last_step = \(step)
            WHERE organisation_id = \(store.organisation.id) AND second_factor_id = \(kept.row) AND last_step < \(step)
            """
        )
        return used == 1
    }

    private func useRecoveryCode(
        _ code: String,
        of administrator: Administrator,
        in store: Store
    ) throws(StoreError) -> Bool {
        let theirs: SQL = """
            organisation_id = \(store.organisation.id) AND administrator_id = \(administrator.id)
            """
        let used = try run("DELETE FROM recovery_code WHERE \(theirs) AND code_hash = \(Token.digest(code))")
        guard used == 1 else { return false }
        try run("UPDATE second_factor SET recovered_at = \(store.time) WHERE \(theirs) AND confirmed_at IS NOT NULL")
        let left = try count("SELECT COUNT(*) AS count FROM recovery_code WHERE \(theirs)")
        try record(
            action: "administrator.recovery-code-used",
            subject: administrator.email,
            new: left == 1 ? "1 code is left" : "\(left) codes are left",
            by: .administrator(administrator),
            in: store
        )
        return true
    }
}

extension SealedPlace {
    static func secondFactor(_ row: String, in organisation: Organisation) -> SealedPlace {
        SealedPlace(table: "second_factor", column: "secret", organisation: organisation.id, row: row)
    }
}
