import Foundation

/// A peer's WireGuard public key.
struct PublicKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 44 characters.
    let base64: String

    /// nil unless the text is 32 bytes in canonical base64 and not all zero, which WireGuard takes for *no key*.
    init?(base64: String) {
        guard base64.utf8.count == 44, let data = Data(base64Encoded: base64), data.count == 32,
            data.base64EncodedString() == base64, data.contains(where: { $0 != 0 })
        else { return nil }
        self.base64 = base64
    }

    init?(hex: some StringProtocol) {
        guard let data = Data(hex: hex), data.count == 32 else { return nil }
        self.init(base64: data.base64EncodedString())
    }

    /// As WireGuard's socket takes it.
    var hex: String { Data(base64Encoded: base64)?.hex ?? "" }

    var description: String { base64 }

    static func < (one: PublicKey, other: PublicKey) -> Bool { one.base64 < other.base64 }
}

extension Data {
    /// nil unless the text is pairs of hexadecimal digits.
    init?(hex: some StringProtocol) {
        let digits = hex.utf8.map { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
            default: nil
            }
        }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        let numbers = digits.compactMap(\.self)
        self.init(stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] << 4 | numbers[$0 + 1] })
    }

    /// Small hexadecimal digits.
    var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
