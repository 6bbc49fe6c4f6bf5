public import Foundation
import Synchronization

/// One Okta organisation, in memory: its people, groups, app integrations, tokens, sessions and mailbox.
///
/// Every verb is one step that others see whole or not at all. Verbs that Okta refuses throw an `OktaFailure` with
/// Okta's own code.
public final class Org: Sendable {
    /// The time. Okta keeps whole seconds.
    public let now: @Sendable () -> Date
    /// The name that the console shows.
    public let name: String
    /// The one user type, `User`.
    public let userTypeID: String
    /// The first administrator, who may do everything.
    public let administrator: Person.ID

    public let faults = Faults()
    public let requests = RequestLog()
    let rateLimits: RateLimits

    private let state: Mutex<State>
    private let keys = Mutex<SigningKeys?>(nil)

    /// - Parameters:
    ///   - ratePercent: how much of Okta's limits for a Workforce org holds: 100 for all of it; 0 lifts the limits.
    ///   - seed: the same seed makes the same ids. Secrets are always new.
    public init(
        name: String = "Acme",
        administratorUsername: String = Org.sampleAdministratorUsername,
        administratorPassword: String = Org.sampleAdministratorPassword,
        ratePercent: Int = 100,
        seed: UInt64 = 1,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.name = name
        self.now = now
        rateLimits = RateLimits(percent: ratePercent)
        var state = State(seed: seed)
        userTypeID = (state.ids.next("oty") as OktaID<Org>).description
        let start = Org.wholeSecond(now())
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

    /// The time in whole seconds, as Okta writes it.
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
