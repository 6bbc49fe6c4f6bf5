/// A place on this site, for links and redirects: what is written literally is the route, what is interpolated is
/// percent-encoded as one segment, so that an id can never add a `/`, a `?` or another host.
public struct Path: Hashable, Sendable {
    /// The path with its query, as it stands in `href` (before HTML escaping) or in `Location`.
    public let text: String

    private init(checked text: String) {
        self.text = text
    }

    /// A path that came from outside, such as the `next` parameter of the sign-in page.
    ///
    /// nil unless it leads to this site whatever browser reads it: it starts with one `/`, and holds neither `\` nor
    /// control characters nor spaces.
    public init?(sameSite text: String) {
        guard text.hasPrefix("/"), !text.hasPrefix("//"),
            text.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) && $0 != "\\" })
        else { return nil }
        self.text = text
    }

    /// The same path with one more query parameter; unchanged where the value is nil or empty.
    public func query(_ name: String, _ value: String?) -> Path {
        guard let value, !value.isEmpty else { return self }
        let separator = text.contains("?") ? "&" : "?"
        return Path(checked: text + separator + Self.encoded(name) + "=" + Self.encoded(value))
    }

    /// The same path, leading to the element with that id.
    public func fragment(_ id: String) -> Path {
        Path(checked: text + "#" + Self.encoded(id))
    }

    /// The unreserved characters of RFC 3986 §2.3 stay, every other byte is written `%XX`.
    static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                encoded += hex.utf8.count == 1 ? "%0" + hex : "%" + hex
            }
        }
        // A segment of dots alone would climb the tree.
        return encoded == "." || encoded == ".." ? encoded.replacing(".", with: "%2E") : encoded
    }
}

extension Path: ExpressibleByStringInterpolation {
    public init(stringLiteral text: String) {
        self.text = text
    }

    public init(stringInterpolation: StringInterpolation) {
        self.text = stringInterpolation.text
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) {}

        public mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        public mutating func appendInterpolation(_ segment: String) {
            text += Path.encoded(segment)
        }

        public mutating func appendInterpolation(_ number: some BinaryInteger) {
            text += String(number)
        }

        public mutating func appendInterpolation<Word: RawRepresentable<String>>(_ word: Word) {
            text += Path.encoded(word.rawValue)
        }

        /// A path that the new one continues.
        public mutating func appendInterpolation(_ path: Path) {
            text += path.text
        }
    }
}

extension Path: CustomStringConvertible {
    public var description: String { text }
}
