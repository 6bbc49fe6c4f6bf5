import Access
import Directory
import Testing

@testable import Storage

extension OktaCredentials {
    static let acme = OktaCredentials(
        domain: "acme.okta.com",
        issuer: "https://acme.okta.com",
        clientID: "0oaacme",
        clientSecret: Secret("the client secret"),
        apiToken: Secret("00acme")
    )
    static let globex = OktaCredentials(
        domain: "globex.okta.com",
        issuer: "https://globex.okta.com",
        clientID: "0oaglobex",
        clientSecret: Secret("another client secret"),
        apiToken: Secret("00globex")
    )
}

extension User {
    func with(_ change: (inout User) -> Void) -> User {
        var user = self
        change(&user)
        return user
    }
}

extension Acme {
    func mayReach(_ site: Site, _ user: User) async throws -> Bool {
        try await store.accessFacts(for: user.id)?.decision(for: site.id).isAllowed ?? false
    }

    func standing(of user: User) async throws -> Standing? {
        try await store.accessFacts(for: user.id)?.standing
    }

    /// Whether the session still lets its holder in.
    func isOpen(_ session: (session: Session, token: Secret)) async throws -> Bool {
        try await store.session(token: session.token.value) != nil
    }

    /// Ana at work: a session in Connect and a connection to Berlin.
    func anaAtWork() async throws -> (session: Session, token: Secret) {
        let session = try await session(of: Self.ana, kind: .connect)
        let laptop = try await device(of: Self.ana)
        _ = try await store.openConnection(device: laptop.id, site: berlin.id, session: session.session.id)
        return session
    }

    func openConnections(of user: User) async throws -> Int {
        try await store.openConnections(of: user.id).count
    }

    /// Why the user's last connection was closed.
    func closedBecause(_ user: User) async throws -> String? {
        let organisation = store.organisation.id
        let row = try await store.read { transaction throws(StoreError) in
            try transaction.row(
                """
                SELECT closed_because FROM connection
                WHERE organisation_id = \(organisation) AND okta_user_id = \(user.id) ORDER BY opened_at DESC
                """
            )
        }
        return try row?.optionalText("closed_because")
    }
}
