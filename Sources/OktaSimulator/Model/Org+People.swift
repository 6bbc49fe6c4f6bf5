import Foundation

extension Org {
    /// What a new person signs in with.
    public enum NewCredentials: Sendable {
        /// The person sets a password by the link in the activation mail.
        case setByUser
        case password(String)
        /// Another provider checks the password; the person is active at once.
        case federated(Provider)
    }

    /// Makes a person. Without a password an activated person is PROVISIONED until the link in the mail was used; with
    /// one, ACTIVE, or PASSWORD_EXPIRED where it must be changed at the first sign-in. Not activated: STAGED.
    @discardableResult
    public func createPerson(
        _ profile: Profile,
        credentials: NewCredentials = .setByUser,
        activate: Bool = true,
        changePasswordAtNextLogin: Bool = false,
        groups: [Group.ID] = [],
        sendMail: Bool = true
    ) throws(OktaFailure) -> Person {
        try checkProfile(profile)
        if case .password(let password) = credentials { try checkPassword(password, login: profile.login) }
        let second = second
        var digest: PasswordDigest?
        var provider = Provider.okta
        switch credentials {
        case .setByUser: break
        case .password(let password): digest = PasswordDigest(password)
        case .federated(let other): provider = other
        }
        let isComplete = digest != nil || provider != .okta
        let status: Person.Status =
            switch (activate, isComplete) {
            case (false, _): .staged
            case (true, false): .provisioned
            case (true, true): changePasswordAtNextLogin && digest != nil ? .passwordExpired : .active
            }
        return try change { (state) throws(OktaFailure) in
            try state.checkLogin(profile.login, isFreeFor: nil)
            for group in groups { try state.checkIsEditable(group) }
            let person = Person(
                id: state.ids.next("00u"),
                status: status,
                profile: profile,
                provider: provider,
                password: digest,
                created: second,
                activated: activate ? second : nil,
                statusChanged: activate ? second : nil,
                lastUpdated: second,
                passwordChanged: digest == nil ? nil : second
            )
            state.insert(person)
            if let everyone = state.groups[state.everyone] {
                var touched = everyone
                touched.lastMembershipUpdated = second
                state.update(touched)
            }
            state.record(.userCreate, .init(person))
            if activate { state.record(.userActivate, .init(person)) }
            for group in groups { state.join(person, try state.group(group), at: second) }
            if status == .provisioned {
                let link = state.passwordLink(for: person, purpose: .activation, at: second)
                if sendMail { state.mail(link, to: person, orgName: name, at: second) }
            }
            return person
        }
    }

    public func person(_ id: Person.ID) -> Person? { read { $0.people[id] } }

    /// By id, login, or the login's first part where only one person has it.
    public func person(named name: String) throws(OktaFailure) -> Person {
        try read { (state) throws(OktaFailure) in try state.person(state.personID(named: name)) }
    }

    public func person(login: String) -> Person? {
        read { state in state.idByLogin[login.lowercased()].flatMap { state.people[$0] } }
    }

    public var personCount: Int { read { $0.people.count } }

    /// How many people have each status.
    public var personCounts: [Person.Status: Int] {
        read { state in
            Dictionary(uniqueKeysWithValues: Person.Status.allCases.map { ($0, state.peopleByRank[$0.rank].count) })
        }
    }

    /// People in the order of their ids, from after the cursor, at most `limit`.
    public func people(
        after cursor: Person.ID? = nil,
        limit: Int = .max,
        where matches: @Sendable (Person) -> Bool = { _ in true }
    ) -> [Person] {
        read { state in
            var found: [Person] = []
            for id in state.peopleIDs.after(cursor) {
                guard found.count < limit else { break }
                if let person = state.people[id], matches(person) { found.append(person) }
            }
            return found
        }
    }

    /// People whose name, login or e-mail contains the text, without regard to case.
    public func people(matching text: String, limit: Int = .max) -> [Person] {
        let wanted = text.lowercased()
        return people(limit: limit) { person in
            wanted.isEmpty || person.name.lowercased().contains(wanted)
                || person.profile.login.lowercased().contains(wanted)
                || person.profile.email.lowercased().contains(wanted)
        }
    }

    /// The plain list of users: by status, then by id, without DEPROVISIONED people.
    func peopleByStatus(
        after cursor: (rank: Int, id: Person.ID)?,
        limit: Int
    ) -> [Person] {
        read { state in
            var found: [Person] = []
            for rank in (cursor?.rank ?? 0)..<Person.Status.deprovisioned.rank {
                let from = cursor?.rank == rank ? cursor?.id : nil
                for id in state.peopleByRank[rank].after(from) {
                    guard found.count < limit else { return found }
                    if let person = state.people[id] { found.append(person) }
                }
            }
            return found
        }
    }

    @discardableResult
    public func updateProfile(_ id: Person.ID, to profile: Profile) throws(OktaFailure) -> Person {
        try checkProfile(profile)
        let second = second
        return try change { (state) throws(OktaFailure) in
            let person = try state.person(id)
            try state.checkLogin(profile.login, isFreeFor: id)
            guard person.profile != profile else { return person }
            return state.updateProfile(of: person, to: profile, at: second)
        }
    }

    public func setRole(_ role: AdministratorRole?, of id: Person.ID) throws(OktaFailure) {
        try change { (state) throws(OktaFailure) in
            var person = try state.person(id)
            person.role = role
            state.update(person)
        }
    }

    public func setRecoveryQuestion(_ question: String?, of id: Person.ID) throws(OktaFailure) {
        try change { (state) throws(OktaFailure) in
            var person = try state.person(id)
            person.recoveryQuestion = question
            state.update(person)
        }
    }

    private func checkProfile(_ profile: Profile) throws(OktaFailure) {
        var causes: [String] = []
        if profile.login.isEmpty { causes.append("login: The field cannot be left blank") }
        if !profile.login.isEmpty && !Self.isEmailAddress(profile.login) {
            causes.append("login: Username must be in the form of an email address")
        }
        if profile.email.isEmpty { causes.append("email: The field cannot be left blank") }
        if !profile.email.isEmpty && !Self.isEmailAddress(profile.email) {
            causes.append("email: Does not match required pattern")
        }
        if let second = profile.secondEmail, !Self.isEmailAddress(second) {
            causes.append("secondEmail: Does not match required pattern")
        }
        if profile.firstName.isEmpty { causes.append("firstName: The field cannot be left blank") }
        if profile.lastName.isEmpty { causes.append("lastName: The field cannot be left blank") }
        if profile.firstName.count > 50 { causes.append("firstName: String is too long") }
        if profile.lastName.count > 50 { causes.append("lastName: String is too long") }
        if let first = causes.first {
            let field = first.prefix { $0 != ":" }
            throw OktaFailure(
                code: "E0000001",
                status: 400,
                summary: "Api validation failed: \(field)",
                causes: causes
            )
        }
    }

    private static func isEmailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !text.contains(where: \.isWhitespace)
            && (5...100).contains(text.count)
    }

    /// The default password policy: eight characters, lower and upper case, a digit, no part of the login.
    func checkPassword(_ password: String, login: String) throws(OktaFailure) {
        let name = login.lowercased().prefix { $0 != "@" }
        let parts = name.split { !$0.isLetter && !$0.isNumber }.filter { $0.count >= 4 }
        let holds =
            password.count >= 8 && password.utf8.count <= 72 && password.contains(where: \.isLowercase)
            && password.contains(where: \.isUppercase) && password.contains(where: \.isNumber)
            && !parts.contains { password.lowercased().contains($0) }
        guard !holds else { return }
        throw .validation(
            "password",
            "password: Password requirements were not met. Password requirements: at least 8 characters, a lowercase "
                + "letter, an uppercase letter, a number, no parts of your username."
        )
    }
}

extension Org.State {
    @discardableResult
    mutating func updateProfile(of person: Org.Person, to profile: Org.Profile, at second: Date) -> Org.Person {
        var person = person
        person.profile = profile
        person.lastUpdated = second
        update(person)
        record(.accountUpdateProfile, .init(person))
        return person
    }

    func checkLogin(_ login: String, isFreeFor person: Org.Person.ID?) throws(OktaFailure) {
        guard let holder = idByLogin[login.lowercased()], holder != person else { return }
        throw .validation(
            "login",
            "login: An object with this field already exists in the current organization"
        )
    }
}
