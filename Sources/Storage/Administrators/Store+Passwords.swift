import Foundation

extension Store {
    /// Sets the administrator's password and ends their sessions but the one in which they did it. Owners may set
    /// anybody's, other administrators their own.
    ///
    /// Throws ``StoreError/conflict(_:)`` with the sentence of ``PasswordRule/problem(with:)``.
    public func setPassword(
        of id: Administrator.ID,
        to password: String,
        except session: Session.ID? = nil,
        by actor: Actor
    ) async throws(StoreError) {
        let hash = try await Self.passwordHash(password)
        try await write { (transaction) throws(StoreError) in
            if !actor.isAdministrator(id) { try transaction.requireOwner(actor, in: organisation) }
            guard let hash else { return }
            try transaction.setPassword(of: id, to: hash, except: session, by: actor, in: self)
        }
    }

    /// The administrator with this e-mail and password; nil where there is none, or none with a password.
    ///
    /// Where ``Administrator/secondFactor`` is not off, the password alone is no sign-in: ``beginSecondFactor(of:redirectAfter:)``
    /// goes on.
    ///
    /// An unknown e-mail takes as long as a known one and is delayed alike, so that nobody learns who administers.
    /// Throws, without looking at the password: ``StoreError/tooManyAttempts(retryAfter:)`` while the network or known
    /// browser has to wait, from its third failure in a row on, for a second, doubled each time up to
    /// ``PasswordDelay/longest``; ``StoreError/onlyKnownBrowsers`` while the account takes no unknown browser;
    /// ``StoreError/busy(retryAfter:)`` where too many passwords are being looked at.
    public func verifyPassword(
        email: String,
        password: String,
        from source: SignInSource = SignInSource()
    ) async throws(StoreError) -> Administrator? {
        let account = Self.account(email)
        // First, so that an attempt that finds no place is not counted.
        try PasswordWork.enter()
        defer { PasswordWork.leave() }
        let (attempt, hash) = try await write { (transaction) throws(StoreError) in
            try (
                transaction.claimAttempt(on: account, from: source, in: self),
                transaction.passwordHash(of: account, in: organisation)
            )
        }
        let isTooLong = password.count > PasswordRule.length.upperBound
        guard try await PasswordWork.verify(isTooLong ? "" : password, against: hash), !isTooLong, let hash else {
            return nil
        }
        return try await write { (transaction) throws(StoreError) in
            let matching = try transaction.administrators(
                where: "email = \(account) AND password_hash = \(hash.text)",
                in: organisation
            )
            guard let administrator = matching.first else { return nil }
            if administrator.secondFactor == .off {
                try transaction.forgetFailures(of: attempt, in: self)
            } else {
                try transaction.takeBack(attempt, in: self)
            }
            return administrator
        }
    }

    /// As failures are counted: the e-mail as it was typed, in lower case, no longer than an address may be.
    static func account(_ email: String) -> String {
        String(folded(email).prefix(254))
    }

    /// Throws ``StoreError/conflict(_:)`` for a password that will not do; nil for none.
    static func passwordHash(_ password: String?) async throws(StoreError) -> PasswordHash? {
        guard let password else { return nil }
        if let problem = PasswordRule.problem(with: password) { throw .conflict(problem) }
        try PasswordWork.enter()
        defer { PasswordWork.leave() }
        return try await PasswordWork.hash(password)
    }
}

extension Actor {
    fileprivate func isAdministrator(_ id: Administrator.ID) -> Bool {
        guard case .administrator(let acting) = self else { return false }
        return acting.id == id
    }
}
