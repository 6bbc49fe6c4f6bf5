import Crypto
import Foundation

extension Org {
    /// Makes an API token for an administrator.
    /// - Parameter capacity: the percentage of each rate limit that it may use; nil for the org's usual one.
    /// - Returns: the token and its value, which is not kept and cannot be shown again.
    public func createToken(
        _ name: String,
        owner: Person.ID,
        capacity: Int? = nil
    ) throws(OktaFailure) -> (token: APIToken, value: String) {
        if name.isEmpty { throw .validation("name", "name: The field cannot be left blank") }
        let value = "00" + RandomText.secret(40)
        let second = second
        let token = try change { (state) throws(OktaFailure) in
            guard try state.person(owner).role != nil else { throw .forbidden }
            let token = APIToken(
                id: state.ids.next("00T"),
                name: name,
                owner: owner,
                capacity: capacity ?? tokenCapacity,
                created: second,
                expires: second.addingTimeInterval(Self.tokenLifetime)
            )
            state.tokens[token.id] = token
            state.tokenIDs.insert(token.id)
            state.tokenIDByDigest[Self.digest(of: value)] = token.id
            state.record(.tokenCreate, .init(token))
            return token
        }
        return (token, value)
    }

    /// Every call with the token is refused from now on.
    public func revokeToken(_ id: APIToken.ID) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            guard let token = state.tokens[id] else { throw .notFound(id.description, "Token") }
            state.tokens[id]?.revoked = second
            state.record(.tokenRevoke, .init(token))
        }
    }

    /// How much of each rate limit the token may use, in percent from 1 to 100.
    public func setCapacity(_ percent: Int, of id: APIToken.ID) throws(OktaFailure) {
        guard (1...100).contains(percent) else {
            throw .validation("capacity", "capacity: The value must be a number from 1 to 100")
        }
        try change { (state) throws(OktaFailure) in
            guard state.tokens[id] != nil else { throw .notFound(id.description, "Token") }
            state.tokens[id]?.capacity = percent
        }
    }

    public func token(_ id: APIToken.ID) -> APIToken? { read { $0.tokens[id] } }

    /// Tokens in the order of making, without the revoked ones.
    public var tokens: [APIToken] {
        read { state in state.tokenIDs.all.compactMap { state.tokens[$0] }.filter { $0.revoked == nil } }
    }

    /// The token and what its owner may do now. Renews the token's thirty days.
    func useToken(_ value: String) throws(OktaFailure) -> (token: APIToken, role: AdministratorRole, owner: Person) {
        let second = second
        return try change { (state) throws(OktaFailure) in
            guard let id = state.tokenIDByDigest[Self.digest(of: value)], var token = state.tokens[id],
                token.revoked == nil, token.expires > second, let owner = state.people[token.owner],
                owner.status != .deprovisioned
            else { throw .invalidToken }
            token.lastUsed = second
            token.expires = second.addingTimeInterval(Self.tokenLifetime)
            state.tokens[id] = token
            guard let role = owner.role else { throw .forbidden }
            return (token, role, owner)
        }
    }

    private static let tokenLifetime: TimeInterval = 30 * 86_400

    private static func digest(of value: String) -> String {
        SHA256.hash(data: Array(value.utf8)).map { String($0, radix: 16) }.joined(separator: ".")
    }
}
