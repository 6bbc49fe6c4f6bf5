import Foundation

/// Who calls the management API, and what they may do.
struct Caller: Sendable {
    let person: Org.Person
    /// Nil for an API token; the granted scopes of an access token.
    let scopes: Set<String>?
    /// What the caller's token or app may use of the rate limits.
    let holder: RateMeter.Holder

    /// Reads the `Authorization` header: `SSWS` and an API token, with or without a space between, or `Bearer` and an
    /// access token.
    init(authorization: String?, org: Org) throws(OktaFailure) {
        guard let authorization else { throw .invalidSession }
        let folded = authorization.lowercased()
        if folded.hasPrefix("ssws") {
            let value = authorization.dropFirst(4).drop { $0 == " " }
            let (token, _, owner) = try org.useToken(String(value))
            person = owner
            scopes = nil
            holder = RateMeter.Holder(id: token.id.description, capacity: token.capacity)
        } else if folded.hasPrefix("bearer ") {
            guard let token = org.accessToken(String(authorization.dropFirst(7)).trimmed),
                let person = org.person(token.person), person.status == .active
            else { throw .invalidToken }
            self.person = person
            // A scope that was taken back from the app no longer counts.
            scopes = Set(token.scopes).intersection(org.app(token.client)?.grantedScopes ?? [])
            holder = RateMeter.Holder(id: token.client.description, capacity: org.tokenCapacity)
        } else {
            throw .invalidSession
        }
    }

    /// - Parameter scope: the Okta API scope that the operation asks for, such as `okta.groups.read`.
    func check(_ scope: String) throws(OktaFailure) {
        if let scopes, !Self.contains(scopes, scope) { throw .insufficientScope }
        switch person.role {
        case .superAdmin: return
        case .readOnlyAdmin where scope.hasSuffix(".read"): return
        case .groupAdmin where scope.hasPrefix("okta.users.") || scope.hasPrefix("okta.groups."): return
        case .custom(let permissions) where Self.contains(permissions, scope): return
        default: throw .forbidden
        }
    }

    /// The groups that the caller is limited to; nil where they see all.
    var onlyGroups: Set<Org.Group.ID>? {
        if case .groupAdmin(let groups) = person.role { groups } else { nil }
    }

    func sees(_ group: Org.Group.ID) -> Bool { onlyGroups?.contains(group) ?? true }

    func sees(_ person: Org.Person.ID, in org: Org) -> Bool {
        onlyGroups?.contains { org.isMember(person, of: $0) } ?? true
    }

    /// Who may manage may also read.
    private static func contains(_ granted: Set<String>, _ scope: String) -> Bool {
        granted.contains(scope)
            || scope.hasSuffix(".read") && granted.contains(scope.dropLast("read".count) + "manage")
    }
}

extension OktaFailure {
    /// The access token lacks the scope; the answer says so in `WWW-Authenticate` as well.
    static let insufficientScope = Self(
        code: "E0000006",
        status: 403,
        summary: "You do not have permission to perform the requested action",
        causes: ["The access token provided does not contain the required scopes."]
    )
}
