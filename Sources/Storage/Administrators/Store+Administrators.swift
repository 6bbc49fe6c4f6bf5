public import Directory
import Foundation

extension Store {
    /// Whether the first administrator was made: until then Manager asks for one.
    public func hasAdministrators() async throws(StoreError) -> Bool {
        try await !administrators().isEmpty
    }

    /// The administrators, by e-mail.
    public func administrators() async throws(StoreError) -> [Administrator] {
        try await read { (transaction) throws(StoreError) in
            try transaction.administrators(where: "TRUE", in: organisation)
        }
    }

    public func administrator(_ id: Administrator.ID) async throws(StoreError) -> Administrator? {
        try await read { (transaction) throws(StoreError) in
            try transaction.administrators(where: "administrator_id = \(id)", in: organisation).first
        }
    }

    /// The e-mail may be typed in any case.
    public func administrator(email: String) async throws(StoreError) -> Administrator? {
        try await read { (transaction) throws(StoreError) in
            try transaction.administrators(where: "email = \(Self.folded(email))", in: organisation).first
        }
    }

    /// The administrator whom an owner linked to this user of Okta.
    public func administrator(oktaUser: User.ID) async throws(StoreError) -> Administrator? {
        try await read { (transaction) throws(StoreError) in
            try transaction.administrators(
                where: "okta_user_id = \(oktaUser) AND NOT through_group",
                in: organisation
            ).first
        }
    }

    /// Adds the first administrator, an owner. Throws ``StoreError/conflict(_:)`` where there is one already, so that of
    /// two people at the first-run page one comes in.
    public func addFirstAdministrator(
        email: String,
        name: String?,
        password: String
    ) async throws(StoreError) -> Administrator {
        let email = try Self.administratorEmail(email)
        let hash = try await Self.passwordHash(password)
        return try await write { (transaction) throws(StoreError) in
            guard try transaction.administrators(where: "TRUE", in: organisation).isEmpty else {
                throw .conflict("The first administrator was made already.")
            }
            let owner = newAdministrator(email: email, name: name, role: .owner, hash: hash)
            try transaction.insert(owner, hash: hash, by: .administrator(owner), in: self)
            return owner
        }
    }

    /// Adds an administrator, with a password and a linked user in Okta where they are given. The first one of an organisation is an owner,
    /// whatever role was asked for.
    ///
    /// Throws ``StoreError/alreadyExists(_:)`` where the e-mail is taken in any case or the user in Okta is linked to
    /// another administrator, and ``StoreError/conflict(_:)``
    /// with the sentence of ``PasswordRule/problem(with:)``.
    public func addAdministrator(
        email: String,
        name: String?,
        role: Administrator.Role,
        password: String?,
        oktaUser: User.ID? = nil,
        by actor: Actor
    ) async throws(StoreError) -> Administrator {
        let email = try Self.administratorEmail(email)
        let hash = try await Self.passwordHash(password)
        return try await write { (transaction) throws(StoreError) in
            try transaction.requireOwner(actor, in: organisation)
            let others = try transaction.administrators(where: "TRUE", in: organisation)
            guard !others.contains(where: { $0.email == email && !$0.isThroughGroup }) else {
                throw .alreadyExists("An administrator with the e-mail \(email) exists.")
            }
            try transaction.forgetAdministratorThroughGroup(where: "email = \(email)", in: organisation)
            let role = others.isEmpty ? .owner : role
            let administrator = newAdministrator(email: email, name: name, role: role, hash: hash)
            try transaction.insert(administrator, hash: hash, by: actor, in: self)
            guard let oktaUser else { return administrator }
            try transaction.link(administrator.id, to: oktaUser, by: actor, in: self)
            return try transaction.administrator(administrator.id, in: organisation)
        }
    }

    /// Ends the administrator's sessions, so that the new role holds from the next sign-in on.
    ///
    /// Throws ``StoreError/conflict(_:)`` for the last owner.
    public func changeRole(
        of id: Administrator.ID,
        to role: Administrator.Role,
        by actor: Actor
    ) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireOwner(actor, in: organisation)
            try transaction.changeRole(of: id, to: role, by: actor, in: self)
        }
    }

    /// Ends the administrator's sessions. Throws ``StoreError/conflict(_:)`` for the last owner.
    public func removeAdministrator(_ id: Administrator.ID, by actor: Actor) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireOwner(actor, in: organisation)
            let administrator = try transaction.administratorByHand(id, in: organisation)
            try transaction.refuseLosingLastOwner(administrator, in: organisation)
            try transaction.endSessions(
                of: .administrator(id),
                because: "The administrator was removed.",
                in: self
            )
            try transaction.run(
                "DELETE FROM administrator WHERE organisation_id = \(organisation.id) AND administrator_id = \(id)"
            )
            try transaction.record(
                action: "administrator.removed",
                subject: administrator.email,
                old: administrator.role.rawValue,
                by: actor,
                in: self
            )
        }
    }

    /// Lets the administrator sign in as a user of Okta, or no longer. Sessions that came in through another user end.
    ///
    /// Throws ``StoreError/alreadyExists(_:)`` where that user is linked to another administrator, and
    /// ``StoreError/conflict(_:)`` where the last owner would have no way to sign in.
    public func linkAdministrator(
        _ id: Administrator.ID,
        to user: User.ID?,
        by actor: Actor
    ) async throws(StoreError) {
        try await write { (transaction) throws(StoreError) in
            try transaction.requireOwner(actor, in: organisation)
            try transaction.link(id, to: user, by: actor, in: self)
        }
    }

    /// Changes the role, the linked user and, where one is given, the password: all of it or nothing.
    ///
    /// Throws what ``changeRole(of:to:by:)``, ``linkAdministrator(_:to:by:)`` and
    /// ``setPassword(of:to:except:by:)`` throw.
    public func updateAdministrator(
        _ id: Administrator.ID,
        role: Administrator.Role,
        oktaUser: User.ID?,
        password: String?,
        by actor: Actor
    ) async throws(StoreError) {
        let hash = try await Self.passwordHash(password)
        try await write { (transaction) throws(StoreError) in
            try transaction.requireOwner(actor, in: organisation)
            try transaction.changeRole(of: id, to: role, by: actor, in: self)
            // The password comes first: with it the last owner may do without a linked user.
            if let hash { try transaction.setPassword(of: id, to: hash, by: actor, in: self) }
            try transaction.link(id, to: oktaUser, by: actor, in: self)
        }
    }

    /// As e-mails of administrators are kept and compared.
    static func folded(_ email: String) -> String {
        email.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    }

    private func newAdministrator(
        email: String,
        name: String?,
        role: Administrator.Role,
        hash: PasswordHash?
    ) -> Administrator {
        let name = name?.trimmingCharacters(in: .whitespacesAndNewlines)
        return Administrator(
            id: .random(),
            email: email,
            name: name?.isEmpty == true ? nil : name,
            role: role,
            oktaUser: nil,
            hasPassword: hash != nil,
            createdAt: time,
            isThroughGroup: false,
            secondFactor: .off
        )
    }

    private static func administratorEmail(_ typed: String) throws(StoreError) -> String {
        let email = folded(typed)
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = email.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.value > 32 && $0.value != 127
        }
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, isPlain, email.utf8.count <= 254 else {
            throw .conflict("“\(typed)” is not an e-mail address such as ana@example.com.")
        }
        return email
    }
}
