import Foundation

/// Makes people who look real: names in many scripts, addresses in ASCII, several statuses, e-mail addresses that two
/// share. The same seed makes the same people.
struct PeopleGenerator {
    private var randomness: SplitMix64
    private var takenNames: [String: Int] = [:]
    private var lastEmail: String?
    private let domain: String

    init(seed: UInt64, domain: String) {
        randomness = SplitMix64(seed: seed)
        self.domain = domain
    }

    mutating func profile() -> Org.Profile {
        let pool = pick(NamePool.all)
        let given = pick(pool.given)
        let family = pick(pool.family)
        let login = freeLogin(given.ascii + "." + family.ascii)
        // One in fifty shares the e-mail address of the one before: a team's mailbox, a couple, a mistake.
        let email = chance(1, in: 50) ? lastEmail ?? login : login
        lastEmail = email
        var more: [String: JSON] = ["department": .string(pick(Self.departments))]
        if chance(2, in: 3) { more["title"] = .string(pick(Self.titles)) }
        if chance(1, in: 2) { more["city"] = .string(pick(Self.places)) }
        return Org.Profile(
            firstName: given.shown,
            lastName: family.shown,
            login: login,
            email: email,
            secondEmail: chance(3, in: 5) ? "\(given.ascii).\(family.ascii)@mail.example" : nil,
            mobilePhone: chance(1, in: 4)
                ? "+49 30 555\(10_000 + Int(randomness.next(upperBound: UInt64(90_000))))" : nil,
            more: more
        )
    }

    /// Mostly ACTIVE; of a hundred people about ten are in one of the other statuses.
    mutating func status() -> Org.Person.Status {
        switch randomness.next(upperBound: UInt64(100)) {
        case 0, 1, 2: .provisioned
        case 3, 4: .staged
        case 5, 6: .suspended
        case 7, 8: .deprovisioned
        case 9: pick([.lockedOut, .passwordExpired, .recovery])
        default: .active
        }
    }

    /// *All Employees*, then names of departments and places, each once.
    mutating func groupNames(_ count: Int) -> [String] {
        var names: [String] = []
        var round = 1
        while names.count < count {
            for place in Self.places {
                for department in Self.departments {
                    names.append(round == 1 ? "\(department) \(place)" : "\(department) \(place) \(round)")
                }
            }
            round += 1
        }
        return Array((["All Employees"] + names.shuffled(using: &randomness)).prefix(count))
    }

    /// A day in the three years before `now`.
    mutating func day(before now: Date) -> Date {
        now.addingTimeInterval(-Double(1 + randomness.next(upperBound: UInt64(1_000))) * 86_400)
    }

    mutating func pick<Item>(_ items: [Item]) -> Item {
        items[Int(randomness.next(upperBound: UInt64(items.count)))]
    }

    mutating func chance(_ part: UInt64, in whole: UInt64) -> Bool { randomness.next(upperBound: whole) < part }

    mutating func shuffled<Item>(_ items: some Sequence<Item>) -> [Item] { items.shuffled(using: &randomness) }

    private mutating func freeLogin(_ name: String) -> String {
        let number = takenNames[name, default: 0] + 1
        takenNames[name] = number
        return number == 1 ? "\(name)@\(domain)" : "\(name)\(number)@\(domain)"
    }

    /// Keeps a login that was given by hand from being made again.
    mutating func take(_ login: String) { takenNames[String(login.prefix { $0 != "@" })] = 1 }

    private static let departments = [
        "Engineering", "Sales", "Marketing", "Finance", "Support", "Legal", "Operations", "Design", "Product", "R&D",
        "People", "Security", "Procurement", "Data", "Facilities", "Quality", "Logistics", "Training", "Research", "IT",
    ]
    private static let titles = [
        "Engineer", "Account Manager", "Analyst", "Team Lead", "Director", "Specialist", "Consultant", "Administrator",
        "Designer", "Accountant", "Counsel", "Technician", "Buyer", "Scientist",
    ]
    private static let places = [
        "Berlin", "İstanbul", "São Paulo", "Zürich", "Québec", "Tōkyō", "Nairobi", "Kraków", "Αθήνα", "Київ", "Dublin",
        "القاهرة", "北京", "Reykjavík", "Lagos", "Mumbai", "Seoul", "Đà Nẵng", "København", "Lisboa", "New York", "Perth",
        "Bogotá", "Tel Aviv", "Île-de-France", "O'Fallon", "Oslo", "Bangkok", "Beograd", "Toronto",
    ]
}
