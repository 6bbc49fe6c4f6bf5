import struct Foundation.Data

/// A WireGuard public key in text.
enum WireGuardKey {
    /// Whether the text is 32 bytes in base64, written as WireGuard writes them, and not the zero key, with which
    /// every peer would share one secret.
    static func isPublicKey(_ text: String) -> Bool {
        guard text.utf8.count == 44, let bytes = Data(base64Encoded: text), bytes.count == 32 else { return false }
        return bytes.base64EncodedString() == text && bytes.contains { $0 != 0 }
    }
}
