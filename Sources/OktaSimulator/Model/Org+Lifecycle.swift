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
            let isComplete = person.hasPassword || person.provider != .okta
            let moved = state.move(person, to: isComplete ? .active : .provisioned, at: second) {
                $0.activated = second
            }
            return isComplete ? nil : state.activationLink(for: moved, send: sendMail, orgName: name, at: second)
        }
    }

    /// A new activation link for a PROVISIONED person.
    @discardableResult
    public func reactivate(_ id: Person.ID, sendMail: Bool = false) throws(OktaFailure) -> PasswordLink {
        let second = second
        return try change { (state) throws(OktaFailure) in
            let person = try state.person(id)
            guard person.status == .provisioned else { throw .wrongStatus }
            return state.activationLink(for: person, send: sendMail, orgName: name, at: second)
        }
    }

    /// From any status to DEPROVISIONED. Groups stay, sessions and app assignments of the person end.
    public func deactivate(_ id: Person.ID) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            let person = try state.person(id)
            guard person.status != .deprovisioned else { return }
            state.move(person, to: .deprovisioned, at: second)
            for app in state.appIDs.all { state.apps[app]?.assignedPeople[id] = nil }
            state.dropPasswordLink(of: id)
            state.endSessions(of: id)
        }
    }

    /// ACTIVE to SUSPENDED. Groups and app assignments stay.
    public func suspend(_ id: Person.ID) throws(OktaFailure) {
        try move(id, from: [.active], to: .suspended, otherwise: .cannotSuspend) { state in state.endSessions(of: id) }
    }

    /// SUSPENDED to ACTIVE.
    public func unsuspend(_ id: Person.ID) throws(OktaFailure) {
        try move(id, from: [.suspended], to: .active, otherwise: .cannotUnsuspend)
    }

    /// LOCKED_OUT to ACTIVE.
    public func unlock(_ id: Person.ID) throws(OktaFailure) {
        try move(id, from: [.lockedOut], to: .active, otherwise: .cannotUnlock)
    }

    /// ACTIVE to LOCKED_OUT, as too many wrong passwords do.
    public func lockOut(_ id: Person.ID) throws(OktaFailure) {
        try move(id, from: [.active], to: .lockedOut, otherwise: .wrongStatus)
    }

    /// ACTIVE to PASSWORD_EXPIRED: the next sign-in asks for a new password.
    @discardableResult
    public func expirePassword(_ id: Person.ID) throws(OktaFailure) -> Person {
        try move(id, from: [.active, .passwordExpired], to: .passwordExpired, otherwise: .wrongStatus)
        return try person(named: id.description)
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
            state.remove(try state.person(id), at: second)
            state.endSessions(of: id)
        }
    }

    private func move(
        _ id: Person.ID,
        from allowed: [Person.Status],
        to status: Person.Status,
        otherwise failure: OktaFailure,
        and further: (inout State) -> Void = { _ in }
    ) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            let person = try state.person(id)
            guard allowed.contains(person.status) else { throw failure }
            state.move(person, to: status, at: second) { $0.failedSignIns = 0 }
            further(&state)
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
