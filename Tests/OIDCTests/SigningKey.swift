import Crypto
import CryptoExtras
import Foundation

@testable import OIDC

/// A key of the test's provider: signs whatever header and claims a test writes, right or wrong.
struct SigningKey: Sendable {
    private enum Secret: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case ecdsa(P256.Signing.PrivateKey)
    }

    let kid: String
    private let secret: Secret

    static func rsa(_ kid: String = "key-1", bits: Int = 2048) throws -> SigningKey {
        let size = _RSA.Signing.KeySize(bitCount: bits)
        return SigningKey(
            kid: kid,
            secret: .rsa(bits < 2048 ? try .init(unsafeKeySize: size) : try .init(keySize: size))
        )
    }

    static func ecdsa(_ kid: String = "key-1") -> SigningKey {
        SigningKey(kid: kid, secret: .ecdsa(P256.Signing.PrivateKey()))
    }

    var algorithm: String {
        switch secret {
        case .rsa: "RS256"
        case .ecdsa: "ES256"
        }
    }

    /// The public half as a JWK, with fields added or changed.
    func jwk(_ changes: [String: String] = [:]) throws -> String {
        var fields = ["kid": kid, "use": "sig", "alg": algorithm]
        switch secret {
        case .rsa(let key):
            let numbers = try key.publicKey.getKeyPrimitives()
            fields["kty"] = "RSA"
            fields["n"] = Base64URL.encode(numbers.modulus)
            fields["e"] = Base64URL.encode(numbers.publicExponent)
        case .ecdsa(let key):
            let point = key.publicKey.rawRepresentation
            fields["kty"] = "EC"
            fields["crv"] = "P-256"
            fields["x"] = Base64URL.encode(point.prefix(32))
            fields["y"] = Base64URL.encode(point.suffix(32))
        }
        fields.merge(changes) { $1 }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(fields), as: UTF8.self)
    }

    /// The public half as a JWK that does not say what it is called.
    func jwkWithoutName() throws -> String {
        try jwk().replacing("\"kid\":\"\(kid)\",", with: "")
    }

    /// A token of these two JSON texts, signed with this key whatever the header says.
    func sign(header: String, claims: String) throws -> String {
        let text = Base64URL.encode(Data(header.utf8)) + "." + Base64URL.encode(Data(claims.utf8))
        let digest = SHA256.hash(data: Data(text.utf8))
        let signature =
            switch secret {
            case .rsa(let key):
                try key.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation
            case .ecdsa(let key):
                try key.signature(for: digest).rawRepresentation
            }
        return text + "." + Base64URL.encode(signature)
    }

    func sign(_ claims: String) throws -> String {
        try sign(header: #"{"alg":"\#(algorithm)","kid":"\#(kid)","typ":"JWT"}"#, claims: claims)
    }
}
