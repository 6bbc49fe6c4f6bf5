import HTTPTypes
public import Hummingbird
import NIOCore

/// The fields of a form or of a query, in the order in which they were sent (`application/x-www-form-urlencoded`).
public struct Form: Sendable {
    /// Bytes that any form of ours may have.
    public static let largest = 1 << 20
    /// Bytes that a form has unless its page says more.
    public static let usual = 64 << 10

    private let fields: [(name: String, value: String)]

    public init() {
        fields = []
    }

    /// nil where a name or value is not UTF-8.
    public init?(encoded text: some StringProtocol) {
        var fields: [(String, String)] = []
        for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = parts.count > 1 ? Self.decoded(parts[1]) : ""
            else { return nil }
            fields.append((name, value))
        }
        self.fields = fields
    }

    /// Everything sent under that name, each without spaces around it: checkboxes share a name.
    public func values(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map { $0.value.trimmed }
    }

    /// What was typed, without spaces around it; empty where nothing was. The first, where there are several.
    public func value(_ name: String) -> String {
        typed(name).trimmed
    }

    /// What was typed, as it was typed: for passwords, and to show it again.
    public func typed(_ name: String) -> String {
        fields.first { $0.name == name }?.value ?? ""
    }

    /// nil where nothing but spaces was typed.
    public func optional(_ name: String) -> String? {
        let value = value(name)
        return value.isEmpty ? nil : value
    }

    /// Whether a checkbox or a button of that name was sent.
    public func has(_ name: String) -> Bool {
        fields.contains { $0.name == name }
    }

    /// The value where it was sent exactly once, as protocols ask for; nil where it was not sent or was repeated.
    public func once(_ name: String) -> String? {
        let all = fields.filter { $0.name == name }
        return all.count == 1 ? all[0].value : nil
    }

    /// A name that was sent more than once, as protocols forbid; nil where there is none.
    var repeatedName: String? {
        var seen: Set<String> = []
        return fields.first { !seen.insert($0.name).inserted }?.name
    }

    private static func decoded(_ bytes: some Collection<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next()?.hexDigit, let low = rest.next()?.hexDigit else { return nil }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

extension Request {
    /// The form in the body.
    ///
    /// - Throws: 415 where the body is no form, 413 where it has more than `limit` bytes, 400 where it cannot be read.
    public func form(limit: Int = Form.usual) async throws -> Form {
        guard isForm else { throw HTTPError(.unsupportedMediaType) }
        let body = try await body.collect(upTo: limit)
        guard let form = Form(encoded: String(buffer: body)) else { throw HTTPError(.badRequest) }
        return form
    }

    /// The query of the address; empty where it cannot be read.
    public var query: Form {
        Form(encoded: uri.query ?? "") ?? Form()
    }

    var isForm: Bool {
        headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
