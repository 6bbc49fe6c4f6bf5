package import Foundation

extension Data {
    /// Base64 for URLs, without padding (RFC 4648 §5).
    package var base64URLEncoded: String {
        base64EncodedString(options: [.base64URLAlphabet, .omitPaddingCharacter])
    }

    package init?(base64URLEncoded text: String) {
        var standard = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        while standard.count % 4 != 0 { standard.append(UInt8(ascii: "=")) }
        self.init(base64Encoded: Data(standard))
    }
}
