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
    /// An unknown e-mail takes as long as a known one and is delayed alike, so that nobody learns who administers.
    /// Throws ``StoreError/tooManyAttempts(retryAfter:)`` while the account is delayed, without looking at the password:
    /// from the third failure in a row on, for a second, doubled each time up to ``PasswordDelay/longest``.
    public func verifyPassword(email: String, password: String) async throws(StoreError) -> Administrator? {
        let account = String(Self.folded(email).prefix(254))
        let claim = try await write { (transaction) throws(StoreError) in
            try transaction.claimAttempt(for: account, in: self)
        }
        if let seconds = claim.retryAfter { throw .tooManyAttempts(retryAfter: seconds) }
        let isTooLong = password.count > PasswordRule.length.upperBound
        let attempt = isTooLong ? "" : password
        guard try await PasswordWork.verify(attempt, against: claim.hash), !isTooLong else { return nil }
        return try await write { (transaction) throws(StoreError) in
            try transaction.forgetFailures(of: account, in: organisation)
            return try transaction.administrators(where: "email = \(account)", in: organisation).first
        }
    }

    /// Throws ``StoreError/conflict(_:)`` for a password that will not do; nil for none.
    static func passwordHash(_ password: String?) async throws(StoreError) -> PasswordHash? {
        guard let password else { return nil }
        if let problem = PasswordRule.problem(with: password) { throw .conflict(problem) }
        return try await PasswordWork.hash(password)
    }
}

extension Actor {
    fileprivate func isAdministrator(_ id: Administrator.ID) -> Bool {
        guard case .administrator(let acting) = self else { return false }
        return acting.id == id
    }
}
