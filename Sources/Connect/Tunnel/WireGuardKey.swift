import Crypto
import Foundation

/// A WireGuard private key (Curve25519), made on this machine and never sent from it. It prints as dots.
struct WireGuardKey: Equatable, Sendable, CustomStringConvertible {
    /// The 32 bytes in base64, as `wg` reads them.
    let base64: String

    /// A new key from the system's randomness.
    init() {
        var bytes = [UInt8](Curve25519.KeyAgreement.PrivateKey().rawRepresentation)
        // Clamped as `wg genkey` does (RFC 7748 §5), so that both print the same text for the same key.
        bytes[0] &= 248
        bytes[31] = (bytes[31] & 127) | 64
        self.base64 = Data(bytes).base64EncodedString()
    }

    /// nil unless the text is 32 bytes in base64.
    init?(base64: String) {
        guard let data = Data(base64Encoded: base64), data.count == 32 else { return nil }
        self.base64 = base64
    }

    /// nil only if the key is not 32 bytes, which both initializers exclude.
    var publicKey: PublicKey? {
        Data(base64Encoded: base64)
            .flatMap { try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: $0) }
            .flatMap { PublicKey(base64: $0.publicKey.rawRepresentation.base64EncodedString()) }
    }

    var description: String { "••••" }

    /// The other half, which the peer knows.
    struct PublicKey: Hashable, Sendable {
        let base64: String

        /// nil unless the text is 32 bytes in canonical base64 and not all zero, which WireGuard takes for *no key*.
        init?(base64: String) {
            guard let data = Data(base64Encoded: base64), data.count == 32, data.base64EncodedString() == base64,
                data.contains(where: { $0 != 0 })
            else { return nil }
            self.base64 = base64
        }
    }
}

extension WireGuardKey: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let key = WireGuardKey(base64: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a WireGuard key")
        }
        self = key
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(base64)
    }
}
