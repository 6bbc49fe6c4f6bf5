public import Foundation

extension Org {
    /// The sample org of the demo: about two hundred people in twelve groups. Its administrator is `admin@acme.example`
    /// with the password `Okta-admin-2026!`; every ACTIVE person has `samplePassword`.
    public static func acme(
        rateLimits: RateLimits = .workforce,
        tokenCapacity: Int = 50,
        now: @escaping @Sendable () -> Date = { Date() }
    ) -> Org {
        let org = Org(rateLimits: rateLimits, tokenCapacity: tokenCapacity, seed: 2_026, now: now)
        var generator = PeopleGenerator(seed: 2_026, domain: "acme.example")
        for character in acmeCharacters { generator.take(character.login) }
        let groups = org.insertGroups(acmeGroups, from: &generator)
        let characters = org.insertCharacters()
        let crowd = org.insertPeople(190, from: &generator)
        let byName = Dictionary(uniqueKeysWithValues: zip(acmeGroups, groups))
        let now = org.second
        // The offices hold a tenth, each department its share; a few people are in no group.
        let crowdGroups = crowd.map { _ in
            (
                generator.chance(19, in: 20) ? generator.pick(Array(groups.prefix(10))) : nil,
                generator.chance(1, in: 10) ? groups.last : nil
            )
        }
        org.change { state in
            for (character, id) in zip(acmeCharacters, characters) {
                for name in character.groups {
                    if let group = byName[name] { state.addMember(id, to: group, at: now) }
                }
            }
            for (person, (department, office)) in zip(crowd, crowdGroups) {
                for group in [department, office].compactMap(\.self) { state.addMember(person, to: group, at: now) }
            }
        }
        return org
    }

    /// A person of the sample org whom guides and tests call by name.
    private struct Character {
        let first: String
        let last: String
        let login: String
        let groups: [String]
        var status = Person.Status.active
    }

    private static let acmeGroups = [
        "Engineering", "Sales", "Marketing", "Finance", "Support", "Legal", "Operations", "Design", "Product", "People",
        "Contractors", "Berlin Office",
    ]

    private static let acmeCharacters = [
        Character(first: "Ana", last: "Silva", login: "ana.silva@acme.example", groups: ["Engineering"]),
        Character(first: "Ben", last: "Okafor", login: "ben.okafor@acme.example", groups: ["Sales"]),
        Character(
            first: "Chloé",
            last: "Martin",
            login: "chloe.martin@acme.example",
            groups: ["Engineering"],
            status: .suspended
        ),
        Character(first: "Dana", last: "Kim", login: "dana.kim@acme.example", groups: []),
        Character(
            first: "Emil",
            last: "Novák",
            login: "emil.novak@acme.example",
            groups: ["Engineering", "Berlin Office"]
        ),
        Character(first: "Farah", last: "حداد", login: "farah.haddad@acme.example", groups: ["Finance"]),
        Character(first: "Grace", last: "O'Brien", login: "grace.obrien@acme.example", groups: ["Support", "Sales"]),
        Character(
            first: "Hugo",
            last: "Lindqvist",
            login: "hugo.lindqvist@acme.example",
            groups: ["Contractors"],
            status: .deprovisioned
        ),
        Character(first: "陽菜", last: "佐藤", login: "hina.sato@acme.example", groups: ["Design", "Product"]),
        Character(
            first: "Ines",
            last: "García",
            login: "ines.garcia@acme.example",
            groups: ["Marketing"],
            status: .passwordExpired
        ),
    ]

    private func insertCharacters() -> [Person.ID] {
        let digest = PasswordDigest(Self.samplePassword)
        let now = second
        let created = now.addingTimeInterval(-400 * 86_400)
        return change { state in
            Self.acmeCharacters.map { character in
                let person = Person(
                    id: state.ids.next("00u"),
                    status: character.status,
                    profile: Profile(firstName: character.first, lastName: character.last, login: character.login),
                    provider: .okta,
                    password: digest,
                    created: created,
                    activated: created,
                    statusChanged: created,
                    lastUpdated: created,
                    passwordChanged: created
                )
                state.insert(person)
                return person.id
            }
        }
    }
}
