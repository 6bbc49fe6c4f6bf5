import Crypto
import Foundation

/// The gateway's WireGuard key (Curve25519), made on this machine and never sent from it. It prints as dots.
struct PrivateKey: Equatable, Sendable, CustomStringConvertible {
    /// The 32 bytes in base64, as `wg` reads them.
    let base64: String
    let publicKey: PublicKey

    /// A new key from the system's randomness.
    static func made() -> PrivateKey {
        while true {
            var bytes = [UInt8](Curve25519.KeyAgreement.PrivateKey().rawRepresentation)
            // Clamped as `wg genkey` does (RFC 7748 §5), so that both print the same text for the same key.
            bytes[0] &= 248
            bytes[31] = (bytes[31] & 127) | 64
            if let key = PrivateKey(base64: Data(bytes).base64EncodedString()) { return key }
        }
    }

    /// nil unless the text is 32 bytes in base64.
    init?(base64: String) {
        guard let data = Data(base64Encoded: base64), data.count == 32,
            let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: data),
            let publicKey = PublicKey(base64: key.publicKey.rawRepresentation.base64EncodedString())
        else { return nil }
        self.base64 = base64
        self.publicKey = publicKey
    }

    /// As WireGuard's socket takes it.
    var hex: String { Data(base64Encoded: base64)?.hex ?? "" }

    var description: String { "••••" }
}
