import Foundation

/// The moves between statuses, with Okta's refusals of those that a status does not allow.
extension Org {
    /// STAGED or DEPROVISIONED to ACTIVE, or to PROVISIONED where there is no password yet.
    /// - Returns: the link that lets the person set a password; nil where there is one.
    @discardableResult
    public func activate(_ id: Person.ID, sendMail: Bool = true) throws(OktaFailure) -> PasswordLink? {
        let second = second
        return try change { (state) throws(OktaFailure) in
            let person = try state.person(id)
            guard [.staged, .deprovisioned].contains(person.status) else { throw .alreadyActive }
            return state.activate(person, sendMail: sendMail, orgName: name, at: second)
        }
    }

    /// A new activation link for a PROVISIONED person.
    @discardableResult
    public func reactivate(_ id: Person.ID, sendMail: Bool = false) throws(OktaFailure) -> PasswordLink {
        let second = second
        return try change { (state) throws(OktaFailure) in
            let person = try state.person(id)
            guard person.status == .provisioned else { throw .wrongStatus }
            state.record(.userReactivate, .init(person))
            return state.activationLink(for: person, send: sendMail, orgName: name, at: second)
        }
    }

    /// From any status to DEPROVISIONED. Groups stay, sessions and app assignments of the person end.
    public func deactivate(_ id: Person.ID) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            let person = try state.person(id)
            guard person.status != .deprovisioned else { return }
            state.deactivate(person, at: second)
        }
    }

    /// ACTIVE to SUSPENDED. Groups and app assignments stay.
    public func suspend(_ id: Person.ID) throws(OktaFailure) {
        try move(id, from: .active, otherwise: .cannotSuspend) { $0.suspend($1, at: $2) }
    }

    /// SUSPENDED to ACTIVE.
    public func unsuspend(_ id: Person.ID) throws(OktaFailure) {
        try move(id, from: .suspended, otherwise: .cannotUnsuspend) { $0.unsuspend($1, at: $2) }
    }

    /// LOCKED_OUT to ACTIVE.
    public func unlock(_ id: Person.ID) throws(OktaFailure) {
        try move(id, from: .lockedOut, otherwise: .cannotUnlock) { $0.unlock($1, at: $2) }
    }

    /// ACTIVE to LOCKED_OUT, as too many wrong passwords do.
    public func lockOut(_ id: Person.ID) throws(OktaFailure) {
        try move(id, from: .active, otherwise: .wrongStatus) { $0.lockOut($1, at: $2) }
    }

    /// ACTIVE to PASSWORD_EXPIRED: the next sign-in asks for a new password.
    @discardableResult
    public func expirePassword(_ id: Person.ID) throws(OktaFailure) -> Person {
        let second = second
        return try change { (state) throws(OktaFailure) in
            let person = try state.person(id)
            guard [.active, .passwordExpired].contains(person.status) else { throw .wrongStatus }
            state.record(.accountExpirePassword, .init(person))
            return state.move(person, to: .passwordExpired, at: second) { $0.failedSignIns = 0 }
        }
    }

    /// ACTIVE to RECOVERY: the person sets a new password by the link.
    @discardableResult
    public func resetPassword(_ id: Person.ID, sendMail: Bool = true) throws(OktaFailure) -> PasswordLink {
        let second = second
        return try change { (state) throws(OktaFailure) in
            let person = try state.person(id)
            guard [.active, .recovery, .passwordExpired, .lockedOut].contains(person.status) else { throw .wrongStatus }
            let moved = state.move(person, to: .recovery, at: second)
            let link = state.passwordLink(for: moved, purpose: .recovery, at: second)
            if sendMail { state.mail(link, to: moved, orgName: name, at: second) }
            state.record(.accountResetPassword, .init(moved))
            return link
        }
    }

    /// Sets a password for the person, as an administrator does; a person in RECOVERY, PASSWORD_EXPIRED or PROVISIONED
    /// becomes ACTIVE.
    public func setPassword(_ password: String, of id: Person.ID) throws(OktaFailure) {
        try checkPassword(password, login: person(named: id.description).login)
        let digest = PasswordDigest(password)
        let second = second
        try change { (state) throws(OktaFailure) in
            state.setPassword(digest, of: try state.person(id), at: second)
        }
    }

    /// Who may set a password with the token, and why; nil for a used, expired or unknown one.
    public func passwordLink(_ token: String) -> PasswordLink? {
        let now = now()
        return read { state in state.passwordLinks[token].flatMap { $0.expires > now ? $0 : nil } }
    }

    /// The person's own end of an activation or a recovery: sets the password, uses the link up, makes them ACTIVE.
    @discardableResult
    public func setPassword(_ password: String, by link: PasswordLink) throws(OktaFailure) -> Person {
        guard passwordLink(link.token) != nil else { throw .invalidToken }
        try setPassword(password, of: link.person)
        change { $0.dropPasswordLink(of: link.person) }
        return try person(named: link.person.description)
    }

    /// A DEPROVISIONED person is deleted; any other is deactivated first, and deleted by the second call.
    public func deletePerson(_ id: Person.ID) throws(OktaFailure) {
        guard try person(named: id.description).status == .deprovisioned else { return try deactivate(id) }
        let second = second
        try change { (state) throws(OktaFailure) in
            state.delete(try state.person(id), at: second)
        }
    }

    private func move(
        _ id: Person.ID,
        from allowed: Person.Status,
        otherwise failure: OktaFailure,
        _ act: (inout State, Person, Date) -> Void
    ) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            let person = try state.person(id)
            guard person.status == allowed else { throw failure }
            act(&state, person, second)
        }
    }
}

extension OktaFailure {
    static let cannotSuspend = validation(
        "Cannot suspend a user that is not active",
        "Cannot suspend a user that is not active"
    )
    static let cannotUnsuspend = validation(
        "Cannot unsuspend a user that is not suspended",
        "Cannot unsuspend a user that is not suspended"
    )
}

extension Org.State {
    /// - Returns: the link that lets the person set a password; nil where there is one.
    @discardableResult
    mutating func activate(
        _ person: Org.Person,
        sendMail: Bool,
        orgName: String,
        at second: Date
    ) -> Org.PasswordLink? {
        let isComplete = person.hasPassword || person.provider != .okta
        let moved = move(person, to: isComplete ? .active : .provisioned, at: second) { $0.activated = second }
        record(.userActivate, .init(moved))
        return isComplete ? nil : activationLink(for: moved, send: sendMail, orgName: orgName, at: second)
    }

    mutating func deactivate(_ person: Org.Person, at second: Date) {
        move(person, to: .deprovisioned, at: second)
        for id in appIDs.all where apps[id]?.assignedPeople.removeValue(forKey: person.id) != nil {
            if let app = apps[id] { record(.appUserRemove, .init(person), .init(app)) }
        }
        dropPasswordLink(of: person.id)
        endSessions(of: person.id)
        record(.userDeactivate, .init(person))
    }

    mutating func suspend(_ person: Org.Person, at second: Date) {
        move(person, to: .suspended, at: second) { $0.failedSignIns = 0 }
        endSessions(of: person.id)
        record(.userSuspend, .init(person))
    }

    mutating func unsuspend(_ person: Org.Person, at second: Date) {
        move(person, to: .active, at: second) { $0.failedSignIns = 0 }
        record(.userUnsuspend, .init(person))
    }

    mutating func lockOut(_ person: Org.Person, at second: Date) {
        move(person, to: .lockedOut, at: second) { $0.failedSignIns = 0 }
        record(.accountLock, .init(person))
    }

    mutating func unlock(_ person: Org.Person, at second: Date) {
        move(person, to: .active, at: second) { $0.failedSignIns = 0 }
        record(.accountUnlockByAdmin, .init(person))
    }

    /// Whatever the status. The person's groups get no event each, as in Okta.
    mutating func delete(_ person: Org.Person, at second: Date) {
        record(.userDeleteInitiated, .init(person))
        remove(person, at: second)
        endSessions(of: person.id)
        record(.userDeleteCompleted, .init(person))
    }

    @discardableResult
    mutating func move(
        _ person: Org.Person,
        to status: Org.Person.Status,
        at second: Date,
        and further: (inout Org.Person) -> Void = { _ in }
    ) -> Org.Person {
        var person = person
        if person.status != status {
            person.status = status
            person.statusChanged = second
        }
        person.lastUpdated = second
        further(&person)
        update(person)
        return person
    }

    mutating func setPassword(_ digest: PasswordDigest, of person: Org.Person, at second: Date) {
        let ends: [Org.Person.Status] = [.provisioned, .recovery, .passwordExpired]
        move(person, to: ends.contains(person.status) ? .active : person.status, at: second) {
            $0.password = digest
            $0.passwordChanged = second
            $0.failedSignIns = 0
        }
        record(.accountUpdatePassword, .init(person))
    }

    mutating func passwordLink(
        for person: Org.Person,
        purpose: Org.PasswordLink.Purpose,
        at second: Date
    ) -> Org.PasswordLink {
        dropPasswordLink(of: person.id)
        let link = Org.PasswordLink(
            token: RandomText.secret(20),
            person: person.id,
            purpose: purpose,
            expires: second.addingTimeInterval(purpose == .activation ? 7 * 86_400 : 3_600)
        )
        passwordLinks[link.token] = link
        linkTokens[person.id] = link.token
        return link
    }

    mutating func activationLink(
        for person: Org.Person,
        send: Bool,
        orgName: String,
        at second: Date
    ) -> Org.PasswordLink {
        let link = passwordLink(for: person, purpose: .activation, at: second)
        if send { mail(link, to: person, orgName: orgName, at: second) }
        return link
    }

    mutating func mail(_ link: Org.PasswordLink, to person: Org.Person, orgName: String, at second: Date) {
        let (subject, text) =
            switch link.purpose {
            case .activation:
                (
                    "Activate your \(orgName) account",
                    "Hi \(person.profile.firstName), your username is \(person.login). Choose a password to start."
                )
            case .recovery:
                (
                    "Reset your \(orgName) password",
                    "Hi \(person.profile.firstName), choose a new password for \(person.login)."
                )
            }
        mails.append(
            Org.Mail(
                id: mails.count + 1,
                at: second,
                to: person.profile.email,
                subject: subject,
                text: text,
                link: origin + link.path
            )
        )
    }
}
