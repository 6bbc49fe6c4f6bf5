import Foundation

/// Base 32 as authenticator apps and recovery codes use it: capital letters and 2 to 7, without padding (RFC 4648 §6).
enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[Int(buffer >> bits & 31)])
            }
            buffer &= (1 << bits) - 1
        }
        if bits > 0 { text.append(alphabet[Int(buffer << (5 - bits) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil where a character is none of the alphabet. Bits that make no whole byte are left out.
    static func decode(_ text: String) -> Data? {
        var bytes = Data()
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            buffer = buffer << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(buffer >> bits & 255))
            }
            buffer &= (1 << bits) - 1
        }
        return bytes
    }
}

extension String {
    /// `ABCD-EFGH-…`: four characters at a time, to be read and typed.
    func inFours(separator: String) -> String {
        stride(from: 0, to: count, by: 4)
            .map { String(dropFirst($0).prefix(4)) }
            .joined(separator: separator)
    }
}
