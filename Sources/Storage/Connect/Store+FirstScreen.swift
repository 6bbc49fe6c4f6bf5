import Access
import Directory
import Foundation

extension Store {
    /// What the first screen may show for this address: the same statements in the same order for every address and token, on one
    /// state of the database, so that the time it takes tells as little as can be about what was found.
    ///
    /// Networks are found for the one active user with this e-mail or login, if the organisation shows them to every device, and
    /// for the user whose device it is, if they have this address, are active and the device was not removed. Two active users
    /// with one address are nobody.
    ///
    /// - Parameters:
    ///   - email: In any case and in any of Unicode's normal forms, with spaces around it.
    ///   - deviceToken: What ``enrolDevice(user:name:publicKey:platform:)`` gave; nil or anything else for a device that we do not
    ///     know.
    public func firstScreen(of email: String, deviceToken: String?) async throws(StoreError) -> FirstScreen {
        let spellings = Self.spellings(of: email)
        let hash = Token.digest(deviceToken ?? "")
        return try await read { (transaction) throws(StoreError) in
            let settings = try transaction.connectSettings(in: self)
            let organisation = try transaction.organisationName(in: self)
            let sites = try transaction.sites(in: self.organisation).map(\.name)
            let owner = try transaction.owner(ofDeviceWithToken: hash, in: self)
            let users = try transaction.usersOrNobody(spellings, in: self)
            let active = try transaction.accessFacts(for: users, in: self).filter { $0.standing == .active }
            let known = active.first { $0.user.id == owner }
            let only = settings.firstScreen == .networks && active.count == 1 ? active.first : nil
            let shown = known ?? only
            return FirstScreen(
                organisation: organisation,
                settings: settings,
                sites: sites.sorted(),
                user: shown?.user.id,
                networks: Set(shown?.allowedSites.map(\.name) ?? []).sorted(),
                isKnownDevice: known != nil
            )
        }
    }

    /// The address as it may be kept: Okta gives addresses in whichever normal form they were typed.
    private static func spellings(of email: String) -> [String] {
        [
            folded(email), folded(email.precomposedStringWithCanonicalMapping),
            folded(email.decomposedStringWithCanonicalMapping),
        ]
    }
}

extension Transaction {
    fileprivate func owner(ofDeviceWithToken hash: String, in store: Store) throws(StoreError) -> User.ID? {
        try row(
            """
            SELECT okta_user_id FROM device
            WHERE organisation_id = \(store.organisation.id) AND token_hash = \(hash) AND removed_at IS NULL
            """
        )?.id("okta_user_id")
    }

    /// The users with one of these e-mails or logins; where there are none an id that nobody has, so that as much is asked for
    /// them as for somebody.
    fileprivate func usersOrNobody(_ spellings: [String], in store: Store) throws(StoreError) -> [User.ID] {
        let users = try users(named: spellings, in: store.organisation)
        return users.isEmpty ? [User.ID("")] : users.map(\.id)
    }
}
