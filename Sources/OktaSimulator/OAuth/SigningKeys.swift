import Crypto
import CryptoExtras
import Foundation
import Synchronization

/// The RSA keys with which the org signs ID tokens.
///
/// Several are published at once and any may have signed, as in Okta; new tokens are signed with the newest.
final class SigningKeys: Sendable {
    struct Key: Sendable {
        let id: String
        let privateKey: _RSA.Signing.PrivateKey
        let modulus: Data
        let exponent: Data

        init() throws {
            privateKey = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            let primitives = try privateKey.publicKey.getKeyPrimitives()
            modulus = primitives.modulus
            exponent = primitives.publicExponent
            id = Data(SHA256.hash(data: modulus)).base64URL
        }
    }

    /// Newest first; never empty.
    private let keys: Mutex<[Key]>

    init() throws {
        keys = Mutex([try Key()])
    }

    var published: [Key] {
        keys.withLock(\.self)
    }

    /// Makes a new key and signs with it from now on. The one before stays published; older ones go, unless `keepingOld`
    /// is false: then every old one goes at once, as in an emergency rotation.
    func rotate(keepingOld: Bool = true) throws {
        let key = try Key()
        keys.withLock { keys in
            keys = keepingOld ? [key] + keys.prefix(1) : [key]
        }
    }

    /// The compact form of a JSON web token with these claims, RS256.
    /// - Parameter type: of the header; nil for none, as ID tokens have it.
    func sign(_ claims: some Encodable, type: String? = nil) throws -> String {
        let key = keys.withLock { $0[0] }
        var names = ["alg": "RS256", "kid": key.id]
        names["typ"] = type
        let header = try JSONEncoder.oauth.encode(names)
        let payload = try JSONEncoder.oauth.encode(claims)
        let signed = header.base64URL + "." + payload.base64URL
        let signature = try key.privateKey.signature(for: Data(signed.utf8), padding: .insecurePKCS1v1_5)
        return signed + "." + signature.rawRepresentation.base64URL
    }

    /// The claims of a token that one of these keys signed; nil for any other text. Its times are not looked at.
    func claims<Claims: Decodable>(of token: String, as type: Claims.Type) -> Claims? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Data(base64URL: parts[1]), let signature = Data(base64URL: parts[2])
        else {
            return nil
        }
        let signed = Data("\(parts[0]).\(parts[1])".utf8)
        let isOurs = published.contains { key in
            key.privateKey.publicKey.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature),
                for: signed,
                padding: .insecurePKCS1v1_5
            )
        }
        return isOurs ? try? JSONDecoder().decode(type, from: payload) : nil
    }
}

extension JSONEncoder {
    /// Property names become `snake_case`, as in all of OAuth; keys are in alphabetical order, as two runs would otherwise
    /// differ.
    static var oauth: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension Data {
    var base64URL: String {
        String(
            base64EncodedString().compactMap { character in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            }
        )
    }

    init?(base64URL text: some StringProtocol) {
        let letters = text.map { character -> Character in
            switch character {
            case "-": "+"
            case "_": "/"
            default: character
            }
        }
        self.init(base64Encoded: String(letters) + String(repeating: "=", count: (4 - letters.count % 4) % 4))
    }
}
