import Foundation

/// The JOSE header of an ID token, read before any key is looked up.
enum TokenHeader {
    /// The algorithm, if it is an allowed one, and the id of the key.
    ///
    /// A header that brings or names its own key, or asks for an extension, is refused: no key but the provider's own
    /// set is ever used.
    static func read(_ text: Data) throws(OIDCError) -> (SignatureAlgorithm, kid: String) {
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: text)
        } catch {
            throw .tokenRefused(.form)
        }
        guard let algorithm = fields.alg.flatMap(SignatureAlgorithm.init) else { throw .tokenRefused(.algorithm) }
        guard fields.names.isDisjoint(with: refused) else { throw .tokenRefused(.criticalHeader) }
        guard fields.typ.map({ $0.uppercased() == "JWT" }) ?? true else { throw .tokenRefused(.form) }
        guard let kid = fields.kid, (1...255).contains(kid.utf8.count) else { throw .tokenRefused(.unknownKey) }
        return (algorithm, kid)
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
