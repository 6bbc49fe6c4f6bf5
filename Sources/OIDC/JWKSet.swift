import Foundation
import JWTKit

/// The members of a JWK Set that could be of use; the others are passed over, whatever they hold.
struct JWKSet: Decodable {
    private(set) var members: [Member] = []
    /// All members, also those that are of no use.
    private(set) var count = 0

    enum CodingKeys: CodingKey {
        case keys
    }

    init(from decoder: any Decoder) throws {
        var list = try decoder.container(keyedBy: CodingKeys.self).nestedUnkeyedContainer(forKey: .keys)
        while !list.isAtEnd {
            count += 1
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
        let kid: String?
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
                let name = JWKIdentifier(string: kid ?? "unnamed")
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
