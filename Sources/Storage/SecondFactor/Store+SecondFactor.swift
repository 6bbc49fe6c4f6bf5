import Foundation

extension Store {
    /// Begins to set up an authenticator app for the administrator; one that was begun before is forgotten, one that is
    /// in use stays so until ``confirmSecondFactor(of:code:except:)``.
    public func proposeSecondFactor(for id: Administrator.ID) async throws(StoreError) -> SecondFactorProposal {
        let totp = TOTP(secret: Data(Token.randomBytes(TOTP.secretLength)))
        let row = Token.randomBytes(16).hexadecimal
        let sealed = try vault.seal(Secret(Base32.encode(totp.secret)), for: .secondFactor(row, in: organisation))
        return try await write { (transaction) throws(StoreError) in
            let administrator = try transaction.administratorByHand(id, in: organisation)
            guard administrator.hasPassword else {
                throw .conflict("\(administrator.email) has no password; Okta asks for the second factor.")
            }
            try transaction.forgetSecondFactor(of: id, where: "confirmed_at IS NULL", in: organisation)
            try transaction.run(
                """
                INSERT INTO second_factor (organisation_id, second_factor_id, administrator_id, secret, created_at,
                    last_step)
                VALUES (\(organisation.id), \(row), \(id), \(sealed), \(time), 0)
                """
            )
            return SecondFactorProposal(totp, email: administrator.email)
        }
    }

    /// What was begun and waits for its first code; nil where nothing is, or no longer.
    public func proposedSecondFactor(of id: Administrator.ID) async throws(StoreError) -> SecondFactorProposal? {
        try await read { (transaction) throws(StoreError) in
            guard let kept = try transaction.proposedSecondFactor(of: id, in: self) else { return nil }
            let email = try transaction.administrator(id, in: organisation).email
            return SecondFactorProposal(kept.totp, email: email)
        }
    }

    /// Turns the second factor on that was begun, in place of one that was on, and gives ten recovery codes, which are
    /// shown this once. Ends the administrator's other sessions. nil where the code is not one of the app's.
    public func confirmSecondFactor(
        of id: Administrator.ID,
        code: String,
        except session: Session.ID
    ) async throws(StoreError) -> [Secret]? {
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode.new() }
        let isConfirmed = try await write { (transaction) throws(StoreError) in
            let administrator = try transaction.administratorByHand(id, in: organisation)
            guard let kept = try transaction.proposedSecondFactor(of: id, in: self),
                let step = kept.totp.step(of: code.typedCode, at: time, after: 0)
            else { return false }
            try transaction.forgetSecondFactor(of: id, where: "confirmed_at IS NOT NULL", in: organisation)
            try transaction.run(
                """
                UPDATE second_factor SET confirmed_at = \(time), last_step = \(step)
                WHERE organisation_id = \(organisation.id) AND second_factor_id = \(kept.row)
                """
            )
            try transaction.replaceRecoveryCodes(of: id, by: codes, in: organisation)
            try transaction.secondFactorChanged(of: administrator, to: "on", except: session, in: self)
            return true
        }
        return isConfirmed ? codes : nil
    }

    /// Turns the second factor off for administrators themselves, who have shown their password and a code, and ends
    /// their other sessions.
    public func removeSecondFactor(
        of id: Administrator.ID,
        except session: Session.ID
    ) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            let administrator = try transaction.administratorByHand(id, in: organisation)
            guard administrator.secondFactor != .off else { return }
            try transaction.forgetSecondFactor(of: id, where: "TRUE", in: organisation)
            try transaction.secondFactorChanged(of: administrator, to: "off", except: session, in: self)
        }
    }

    /// Turns somebody's second factor off who has lost it: an owner does, or the command line. Ends their sessions.
    ///
    /// Throws ``StoreError/conflict(_:)`` where it is off.
    public func resetSecondFactor(of id: Administrator.ID, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireOwner(actor, in: organisation)
            let administrator = try transaction.administrator(id, in: organisation)
            guard administrator.secondFactor != .off else {
                throw .conflict("\(administrator.email) has no second factor.")
            }
            try transaction.forgetSecondFactor(of: id, where: "TRUE", in: organisation)
            try transaction.secondFactorChanged(of: administrator, to: "off", by: actor, in: self)
        }
    }

    /// Whether this is a code of the administrator's app, or a recovery code, which is used up by it. A wrong one counts
    /// as a wrong password does.
    ///
    /// Throws ``StoreError/tooManyAttempts(retryAfter:)`` and ``StoreError/onlyKnownBrowsers``.
    public func verifyCode(
        _ code: String,
        of id: Administrator.ID,
        from source: SignInSource
    ) async throws(StoreError) -> Bool {
        try await write { (transaction) throws(StoreError) in
            try transaction.verifyCode(code, of: id, from: source, in: self) != nil
        }
    }

    /// Waits for the code of an administrator whose password was right; gives the token that only their browser has.
    public func beginSecondFactor(
        of id: Administrator.ID,
        redirectAfter: String
    ) async throws(StoreError) -> Secret {
        let token = Token.new()
        let expires = time.addingTimeInterval(Double(PendingSignIn.lifetime))
        try await write { (transaction) throws(StoreError) in
            try transaction.run(
                "DELETE FROM pending_sign_in WHERE organisation_id = \(organisation.id) AND expires_at <= \(time)"
            )
            try transaction.run(
                """
                INSERT INTO pending_sign_in (organisation_id, token_hash, administrator_id, redirect_after, tries,
                    expires_at)
                VALUES (\(organisation.id), \(Token.digest(token.value)), \(id), \(redirectAfter), 0, \(expires))
                """
            )
        }
        return token
    }

    /// Whether a code is awaited in the browser that has this token.
    public func awaitsSecondFactor(token: String) async throws(StoreError) -> Bool {
        try await read { (transaction) throws(StoreError) in
            try transaction.pendingSignIn(token, in: self) != nil
        }
    }

    /// Tries a code, which may be a recovery code. The right one ends the waiting, whoever sends it first; so does the
    /// fifth wrong one.
    ///
    /// Throws ``StoreError/tooManyAttempts(retryAfter:)`` and ``StoreError/onlyKnownBrowsers``, which use up no try.
    public func finishSecondFactor(
        token: String,
        code: String,
        from source: SignInSource
    ) async throws(StoreError) -> SecondFactorAnswer {
        try await write { (transaction) throws(StoreError) in
            guard let pending = try transaction.pendingSignIn(token, in: self) else { return .over }
            let this: SQL = """
                organisation_id = \(organisation.id) AND token_hash = \(Token.digest(token))
                """
            if let administrator = try transaction.verifyCode(code, of: pending.administrator, from: source, in: self) {
                try transaction.run("DELETE FROM pending_sign_in WHERE \(this)")
                return .entered(administrator, redirectAfter: pending.redirectAfter)
            }
            guard pending.tries + 1 < PendingSignIn.tries else {
                try transaction.run("DELETE FROM pending_sign_in WHERE \(this)")
                try transaction.record(
                    action: "administrator.code-refused",
                    subject: transaction.administrator(pending.administrator, in: organisation).email,
                    new: "\(PendingSignIn.tries) wrong codes after the right password",
                    by: .system,
                    in: self
                )
                return .over
            }
            try transaction.run("UPDATE pending_sign_in SET tries = tries + 1 WHERE \(this)")
            return .wrong(triesLeft: PendingSignIn.tries - pending.tries - 1)
        }
    }
}
