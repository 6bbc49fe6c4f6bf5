import Foundation
import Hummingbird
import NIOCore

/// What a form or a query holds, in the order in which it came.
struct Form: Sendable {
    private(set) var pairs: [(name: String, value: String)]

    init(_ pairs: [(name: String, value: String)]) {
        self.pairs = pairs
    }

    /// Reads `application/x-www-form-urlencoded` text, of a body or of a query. A pair that is no UTF-8 is left out.
    init(encoded: String) {
        pairs = encoded.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Form.decode(parts[0]), let value = Form.decode(parts.count > 1 ? parts[1] : "") else {
                return nil
            }
            return (name, value)
        }
    }

    static func decode(_ text: Substring) -> String? {
        String(text.map { $0 == "+" ? " " : $0 }).removingPercentEncoding
    }

    /// The first value with that name, as it came; nil where there is none.
    subscript(_ name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// The first value without the white space around it; empty where there is none.
    func text(_ name: String) -> String {
        (self[name] ?? "").trimmed
    }

    /// Every value with that name that is more than white space, trimmed.
    func texts(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value.trimmed).filter { !$0.isEmpty }
    }

    func has(_ name: String) -> Bool {
        pairs.contains { $0.name == name }
    }

    mutating func remove(_ name: String) {
        pairs.removeAll { $0.name == name }
    }

    mutating func add(_ name: String, _ value: String) {
        pairs.append((name, value))
    }

    /// As a query: `a=1&b=2`.
    var encoded: String {
        pairs.map { "\($0.name.formEncoded)=\($0.value.formEncoded)" }.joined(separator: "&")
    }
}

extension Request {
    /// The form in the body; at most 64 kB.
    func form() async throws -> Form {
        let body = try await self.body.collect(upTo: 64 * 1024)
        return Form(encoded: String(buffer: body))
    }

    var query: Form {
        Form(encoded: uri.query ?? "")
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Percent-encoded, with nothing left bare but what RFC 3986 calls unreserved.
    var formEncoded: String {
        var result = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                result += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return result
    }
}
