public import Access
public import Directory

extension Store {
    /// Allows or denies a site for one user by hand, or leaves it to the user's groups again where `effect` is nil.
    /// Connections that it takes away end at once.
    public func setOverride(
        user: User.ID,
        site: Site.ID,
        effect: SiteOverride.Effect?,
        by actor: Actor
    ) async throws(StoreError) {
        let row: SQL = "organisation_id = \(organisation.id) AND okta_user_id = \(user) AND site_id = \(site)"
        try await write { (transaction) throws(StoreError) in
            let named = try transaction.user(user, in: organisation)
            let place = try transaction.site(site, in: organisation)
            let before: SiteOverride.Effect? =
                switch try transaction.row("SELECT effect FROM user_site_override WHERE \(row)") {
                case let kept?: try kept.value("effect")
                case nil: nil
                }
            guard before != effect else { return }
            try transaction.run("DELETE FROM user_site_override WHERE \(row)")
            if let effect {
                try transaction.run(
                    """
                    INSERT INTO user_site_override (organisation_id, okta_user_id, site_id, effect, set_by, set_at)
                    VALUES (\(organisation.id), \(user), \(site), \(effect), \(actor.description), \(time))
                    """
                )
            }
            try transaction.endRevokedAccess(of: [user], in: self)
            try transaction.record(
                action: effect == nil ? "user.override-removed" : "user.override-set",
                subject: named.login,
                old: before.map { "\($0.rawValue) \(place.name)" },
                new: effect.map { "\($0.rawValue) \(place.name)" } ?? "as the groups grant",
                by: actor,
                in: self
            )
        }
    }
}
