import Foundation

/// The JOSE header of an ID token.
struct TokenHeader: Sendable {
    let algorithm: SignatureAlgorithm?
    /// `kid`: the name of the key; nil where the token leaves it to the key set to have only one.
    private(set) var keyID: String?
    let type: String?
    /// Whether it brings or names its own key, or asks for an extension: no key but the provider's own set is used.
    let isCritical: Bool

    /// nil where the text is no JSON object, or a member that is used has another type.
    init?(_ text: Data) {
        guard let fields = try? JSONDecoder().decode(Fields.self, from: text) else { return nil }
        algorithm = fields.alg.flatMap(SignatureAlgorithm.init)
        keyID = fields.kid
        type = fields.typ
        isCritical = !fields.names.isDisjoint(with: Self.refused)
    }

    var namingNoKey: TokenHeader {
        var header = self
        header.keyID = nil
        return header
    }

    private static let refused: Set<String> = [
        "crit", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "b64", "zip", "enc",
    ]

    private struct Fields: Decodable {
        let alg: String?
        let kid: String?
        let typ: String?
        let names: Set<String>

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: AnyName.self)
            names = Set(fields.allKeys.map(\.stringValue))
            alg = try fields.decodeIfPresent(String.self, forKey: AnyName("alg"))
            kid = try fields.decodeIfPresent(String.self, forKey: AnyName("kid"))
            typ = try fields.decodeIfPresent(String.self, forKey: AnyName("typ"))
        }
    }

    private struct AnyName: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
