import Foundation

/// Writes JSON with its members in the order in which they are given, straight into bytes: clients see the order of
/// Okta's answers, and a page of a thousand users takes milliseconds.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    /// Whether something stands before on the same level, so that a comma is due.
    private var needsComma = false
    /// Times that were written before: the same few come again and again.
    private var times: [Date: String] = [:]

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func object(_ members: (inout JSONWriter) -> Void) { enclosed("{", "}", members) }

    mutating func array(_ items: (inout JSONWriter) -> Void) { enclosed("[", "]", items) }

    mutating func object(_ name: String, _ members: (inout JSONWriter) -> Void) {
        key(name)
        enclosed("{", "}", members)
    }

    mutating func array(_ name: String, _ items: (inout JSONWriter) -> Void) {
        key(name)
        enclosed("[", "]", items)
    }

    /// A member whose value something else writes.
    mutating func key(_ name: String, _ value: (inout JSONWriter) -> Void) {
        key(name)
        value(&self)
    }

    mutating func member(_ name: String, _ value: String?) {
        key(name)
        string(value)
    }

    mutating func member(_ name: String, _ value: Date?) {
        key(name)
        comma()
        if let value { date(value) } else { raw("null") }
    }

    mutating func member(_ name: String, _ value: Int) {
        key(name)
        comma()
        raw(String(value))
    }

    mutating func member(_ name: String, _ value: Bool) {
        key(name)
        comma()
        raw(value ? "true" : "false")
    }

    mutating func member(_ name: String, _ values: [String]) {
        array(name) { writer in for value in values { writer.string(value) } }
    }

    mutating func member(_ name: String, _ value: JSON) {
        key(name)
        json(value)
    }

    mutating func string(_ value: String?) {
        comma()
        if let value { quoted(value) } else { raw("null") }
    }

    /// The members of an object in the order of their names.
    mutating func json(_ value: JSON) {
        switch value {
        case .null: string(nil)
        case .bool(let value):
            comma()
            raw(value ? "true" : "false")
        case .number(let value):
            comma()
            raw(value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value))
        case .string(let value): string(value)
        case .array(let values): array { writer in for value in values { writer.json(value) } }
        case .object(let members):
            object { writer in
                for (name, value) in members.sorted(by: { $0.key < $1.key }) { writer.member(name, value) }
            }
        }
    }

    private mutating func enclosed(_ open: String, _ close: String, _ body: (inout JSONWriter) -> Void) {
        comma()
        raw(open)
        needsComma = false
        body(&self)
        raw(close)
        needsComma = true
    }

    private mutating func key(_ name: String) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        raw(name)
        raw("\":")
        needsComma = false
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func quoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: Self.needsEscape) {
            for byte in text.utf8 { escaped(byte) }
        } else {
            raw(text)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): raw("\\\"")
        case UInt8(ascii: "\\"): raw("\\\\")
        case UInt8(ascii: "\n"): raw("\\n")
        case UInt8(ascii: "\r"): raw("\\r")
        case UInt8(ascii: "\t"): raw("\\t")
        case 0..<0x20: raw("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
        default: bytes.append(byte)
        }
    }

    private mutating func date(_ date: Date) {
        let text = times[date] ?? OktaTime.text(date)
        times[date] = text
        bytes.append(UInt8(ascii: "\""))
        raw(text)
        bytes.append(UInt8(ascii: "\""))
    }
}
