import Foundation

/// JSON (RFC 8259) as a text that is verified takes it: one object in UTF-8, in which no object has two members of one
/// name, nested no deeper than 32.
///
/// Foundation's decoder alone takes one of two equal names, and UTF-16; another reader would take the other.
enum StrictJSON {
    static let deepest = 32

    /// - Throws: whatever the decoder does, or ``NotStrict``.
    static func decode<Value: Decodable>(_ type: Value.Type, from text: Data) throws -> Value {
        guard isObject(text) else { throw NotStrict() }
        return try JSONDecoder().decode(type, from: text)
    }

    struct NotStrict: Error {}

    static func isObject(_ text: Data) -> Bool {
        guard String(validating: text, as: UTF8.self) != nil else { return false }
        var scanner = Scanner(bytes: Array(text))
        return scanner.isOneObject()
    }

    private struct Scanner {
        let bytes: [UInt8]
        var place = 0

        mutating func isOneObject() -> Bool {
            passBlanks()
            guard next == UInt8(ascii: "{"), passValue(depth: 0) else { return false }
            passBlanks()
            return place == bytes.count
        }

        private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

        private mutating func passValue(depth: Int) -> Bool {
            passBlanks()
            switch next {
            case UInt8(ascii: "{"): return depth < StrictJSON.deepest && passObject(depth: depth + 1)
            case UInt8(ascii: "["): return depth < StrictJSON.deepest && passArray(depth: depth + 1)
            case UInt8(ascii: "\""): return text() != nil
            case UInt8(ascii: "t"): return pass("true")
            case UInt8(ascii: "f"): return pass("false")
            case UInt8(ascii: "n"): return pass("null")
            default: return passNumber()
            }
        }

        private mutating func passObject(depth: Int) -> Bool {
            place += 1
            if take(UInt8(ascii: "}")) { return true }
            var names: Set<[UInt8]> = []
            repeat {
                passBlanks()
                guard let name = text(), names.insert(name).inserted, take(UInt8(ascii: ":")), passValue(depth: depth)
                else { return false }
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "}"))
        }

        private mutating func passArray(depth: Int) -> Bool {
            place += 1
            if take(UInt8(ascii: "]")) { return true }
            repeat {
                guard passValue(depth: depth) else { return false }
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "]"))
        }

        /// The UTF-8 of a text, its escapes resolved, so that one name is one however it is written.
        private mutating func text() -> [UInt8]? {
            guard next == UInt8(ascii: "\"") else { return nil }
            place += 1
            var text: [UInt8] = []
            while let byte = next {
                place += 1
                switch byte {
                case UInt8(ascii: "\""): return text
                case UInt8(ascii: "\\"):
                    guard let scalar = escaped(), let encoded = UTF8.encode(scalar) else { return nil }
                    text.append(contentsOf: encoded)
                case ..<0x20: return nil
                default: text.append(byte)
                }
            }
            return nil
        }

        private mutating func escaped() -> Unicode.Scalar? {
            guard let kind = next else { return nil }
            place += 1
            switch kind {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
            case UInt8(ascii: "b"): return "\u{8}"
            case UInt8(ascii: "f"): return "\u{c}"
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "u"): return escapedUnits()
            default: return nil
            }
        }

        /// Half of a surrogate pair is no character (RFC 8259 §8.2).
        private mutating func escapedUnits() -> Unicode.Scalar? {
            guard let high = unit() else { return nil }
            if let scalar = Unicode.Scalar(high) { return scalar }
            guard high < 0xdc00, pass("\\u"), let low = unit(), (0xdc00...0xdfff).contains(low) else { return nil }
            return Unicode.Scalar(0x1_0000 + (UInt32(high) - 0xd800) << 10 + (UInt32(low) - 0xdc00))
        }

        private mutating func unit() -> UInt16? {
            guard place + 4 <= bytes.count else { return nil }
            let digits = bytes[place..<place + 4]
            guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
            place += 4
            return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        }

        /// `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`
        private mutating func passNumber() -> Bool {
            if next == UInt8(ascii: "-") { place += 1 }
            let start = place
            guard passDigits(), bytes[start] != UInt8(ascii: "0") || place == start + 1 else { return false }
            if next == UInt8(ascii: ".") {
                place += 1
                guard passDigits() else { return false }
            }
            guard let exponent = next, exponent | 0x20 == UInt8(ascii: "e") else { return true }
            place += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
            return passDigits()
        }

        private mutating func passDigits() -> Bool {
            let start = place
            while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
            return place > start
        }

        private mutating func pass(_ word: String) -> Bool {
            guard bytes[place...].starts(with: word.utf8) else { return false }
            place += word.utf8.count
            return true
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            passBlanks()
            guard next == byte else { return false }
            place += 1
            return true
        }

        private mutating func passBlanks() {
            while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { place += 1 }
        }
    }
}
