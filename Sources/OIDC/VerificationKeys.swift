import Foundation

/// The keys of a JWK Set (RFC 7517) that can verify an ID token: keys for signatures, RSA of 2,048 bits or more, or P-256.
struct VerificationKeys: Sendable {
    /// A set with more keys is no provider's.
    static let limit = 20

    private let keys: [(name: String?, key: VerificationKey)]

    static let none = VerificationKeys(keys: [])

    private init(keys: [(name: String?, key: VerificationKey)]) {
        self.keys = keys
    }

    /// nil where the text is no JWK Set, or one with more than twenty keys. Keys that are of no use are passed over, and
    /// one key twice is one key.
    static func read(_ document: Data) async -> VerificationKeys? {
        guard let set = try? StrictJSON.decode(JWKSet.self, from: document), set.count <= limit else { return nil }
        var keys: [(String?, VerificationKey)] = []
        var seen: Set<JWKSet.Member> = []
        for member in set.members where seen.insert(member).inserted {
            if let key = await member.key { keys.append((member.kid, key)) }
        }
        return VerificationKeys(keys: keys)
    }

    var isEmpty: Bool { keys.isEmpty }
    var names: Set<String> { Set(keys.compactMap(\.name)) }

    /// The key that a header means; nil where none or several could be meant.
    ///
    /// A header that names no key means the only one for its algorithm (OpenID Connect Core 1.0 §10.1).
    func key(for header: TokenHeader) -> VerificationKey? {
        let meant = keys.filter { name, key in
            header.keyID.map { name?.isSame($0) ?? false } ?? (key.algorithm == header.algorithm)
        }
        return meant.count == 1 ? meant.first?.key : nil
    }
}
