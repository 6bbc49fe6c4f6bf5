public import Foundation
import Synchronization

/// One Okta organisation, in memory: its people, groups, app integrations, tokens, sessions and mailbox.
///
/// Every verb is one step that others see whole or not at all. Verbs that Okta refuses throw an `OktaFailure` with
/// Okta's own code.
public final class Org: Sendable {
    /// The name that the console shows.
    public let name: String
    /// The one user type, `User`.
    public let userTypeID: String
    /// The first administrator, who may do everything.
    public let administrator: Person.ID

    public let faults = Faults()
    public let requests = RequestLog()
    public let eventHookDeliveries = EventHookDeliveries()
    /// Requests to apps that somebody is to be signed out.
    public let logouts = Logouts()
    /// The percentage of each bucket that a new API token may use, and that every app may.
    public let tokenCapacity: Int
    let rateMeter: RateMeter
    let outbox = EventHookOutbox()

    private let clock: OrgClock
    private let state: Mutex<State>
    private let keys = Mutex<SigningKeys?>(nil)

    /// - Parameters:
    ///   - tokenCapacity: the percentage of each limit that a new API token may use, from 1 to 100.
    ///   - seed: the same seed makes the same ids. Secrets are always new.
    public init(
        name: String = "Acme",
        administratorUsername: String = Org.sampleAdministratorUsername,
        administratorPassword: String = Org.sampleAdministratorPassword,
        rateLimits: RateLimits = .workforce,
        tokenCapacity: Int = 50,
        seed: UInt64 = 1,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.name = name
        self.tokenCapacity = tokenCapacity
        clock = OrgClock(now)
        rateMeter = RateMeter(limits: rateLimits, clock: clock)
        var state = State(seed: seed, clock: clock, outbox: outbox)
        userTypeID = (state.ids.next("oty") as OktaID<Org>).description
        let start = Org.wholeSecond(clock.now)
        state.everyone = state.ids.next("00g")
        state.insert(
            Group(
                id: state.everyone,
                kind: .builtIn,
                name: "Everyone",
                description: "All users in your organization",
                source: nil,
                created: start,
                lastUpdated: start,
                lastMembershipUpdated: start
            )
        )
        let person = Person(
            id: state.ids.next("00u"),
            status: .active,
            profile: Profile(firstName: "Olivia", lastName: "Admin", login: administratorUsername),
            provider: .okta,
            role: .superAdmin,
            password: PasswordDigest(administratorPassword),
            created: start,
            activated: start,
            statusChanged: start,
            lastUpdated: start,
            passwordChanged: start
        )
        state.insert(person)
        administrator = person.id
        self.state = Mutex(state)
    }

    /// Where the org is reached, `http://127.0.0.1:8081`; also its issuer. Known once the server listens.
    public var origin: String {
        get { read { $0.origin } }
        set { change { $0.origin = newValue } }
    }

    /// How event hooks are told what happens.
    public var eventHookConduct: EventHookConduct {
        get { read { $0.hookConduct } }
        set { change { $0.hookConduct = newValue } }
    }

    /// The org's time.
    public func now() -> Date { clock.now }

    /// Seconds by which the org's clock is ahead of the machine's; negative where it is behind.
    public var clockOffset: TimeInterval {
        get { clock.offset }
        set { clock.offset = newValue }
    }

    /// The time in whole seconds, as Okta keeps and writes it.
    var second: Date { Self.wholeSecond(now()) }

    static func wholeSecond(_ date: Date) -> Date {
        Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
    }

    /// Made when first asked for: a key takes a good part of a second.
    func signingKeys() throws -> SigningKeys {
        try keys.withLock { keys in
            if let keys { return keys }
            let made = try SigningKeys()
            keys = made
            return made
        }
    }

    /// Signs with a new key from now on. The one before stays published unless `keepingOld` is false.
    public func rotateSigningKeys(keepingOld: Bool = true) throws {
        try signingKeys().rotate(keepingOld: keepingOld)
    }

    func read<Result: Sendable>(_ body: (borrowing State) -> Result) -> Result {
        state.withLock { body($0) }
    }

    func read<Result: Sendable>(_ body: (borrowing State) throws(OktaFailure) -> Result) throws(OktaFailure) -> Result {
        try state.withLock { (state: inout sending State) throws(OktaFailure) -> Result in try body(state) }
    }

    func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        state.withLock { body(&$0) }
    }

    func change<Result: Sendable>(_ body: (inout State) throws(OktaFailure) -> Result) throws(OktaFailure) -> Result {
        try state.withLock { (state: inout sending State) throws(OktaFailure) -> Result in try body(&state) }
    }
}
