import Foundation
import JWTKit

/// A public key of the provider, fixed to the one algorithm that it verifies.
///
/// JWTKit lets the first token choose the algorithm of a key that names none; here each key has its own from the start.
struct VerificationKey: Sendable {
    let algorithm: SignatureAlgorithm
    private let verifier: any JWTAlgorithm

    func verifies(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        (try? verifier.verify(signature, signs: text)) ?? false
    }

    /// Reads a JWK Set (RFC 7517) and keeps what can verify an ID token: named keys for signatures, RSA of 2,048 bits
    /// or more, or P-256. A name that stands for two different keys is dropped.
    ///
    /// nil where the text is no JWK Set.
    static func read(_ document: Data) async -> [String: VerificationKey]? {
        guard let set = try? JSONDecoder().decode(JWKSet.self, from: document) else { return nil }
        var keys: [String: VerificationKey] = [:]
        for (kid, members) in Dictionary(grouping: set.members.prefix(20), by: \.kid) where Set(members).count == 1 {
            keys[kid] = await members.first?.key
        }
        return keys
    }

    fileprivate init?(_ key: JWK, algorithm: SignatureAlgorithm) async {
        let collection = JWTKeyCollection()
        guard (try? await collection.add(jwk: key)) != nil,
            let verifier = try? await collection.getKey(for: key.keyIdentifier, alg: algorithm.rawValue)
        else { return nil }
        self.verifier = verifier
        self.algorithm = algorithm
    }
}

/// The members of a JWK Set that could be of use; the others are passed over, whatever they hold.
private struct JWKSet: Decodable {
    private(set) var members: [Member] = []

    enum CodingKeys: CodingKey {
        case keys
    }

    init(from decoder: any Decoder) throws {
        var list = try decoder.container(keyedBy: CodingKeys.self).nestedUnkeyedContainer(forKey: .keys)
        while !list.isAtEnd {
            if let member = try list.decode(Attempt.self).member { members.append(member) }
        }
    }

    private struct Attempt: Decodable {
        let member: Member?

        init(from decoder: any Decoder) {
            member = try? Member(from: decoder)
        }
    }

    struct Member: Decodable, Hashable {
        let kty: String
        let kid: String
        let use: String?
        let alg: String?
        let n: String?
        let e: String?
        let crv: String?
        let x: String?
        let y: String?

        var key: VerificationKey? {
            get async {
                guard use == nil || use == "sig" else { return nil }
                let name = JWKIdentifier(string: kid)
                switch (kty, alg ?? kty) {
                case ("RSA", "RSA"), ("RSA", SignatureAlgorithm.rs256.rawValue):
                    guard let n, let e, Self.isStrong(modulus: n, exponent: e) else { return nil }
                    return await VerificationKey(
                        .rsa(.rs256, identifier: name, modulus: n, exponent: e),
                        algorithm: .rs256
                    )
                case ("EC", "EC"), ("EC", SignatureAlgorithm.es256.rawValue):
                    guard let x, let y, crv == "P-256" else { return nil }
                    return await VerificationKey(
                        .ecdsa(.es256, identifier: name, x: x, y: y, curve: .p256),
                        algorithm: .es256
                    )
                default:
                    return nil
                }
            }
        }

        /// 2,048 bits or more, up to where verifying becomes a burden, and an odd exponent of at least 3.
        private static func isStrong(modulus: String, exponent: String) -> Bool {
            guard let n = Base64URL.decode(modulus)?.drop(while: { $0 == 0 }), let first = n.first,
                let e = Base64URL.decode(exponent)?.drop(while: { $0 == 0 }), let last = e.last
            else { return false }
            let bits = n.count * 8 - first.leadingZeroBitCount
            return (2048...8192).contains(bits) && last % 2 == 1 && e.count <= 4 && (e.count > 1 || last >= 3)
        }
    }
}
