/// The question of Connect's first screen, asked before anybody signed in: which networks are there for this address?
public struct NetworkLookup: Hashable, Sendable, Codable {
    public let email: String

    public init(email: String) {
        self.email = email
    }
}
