/// A piece of HTML.
///
/// What is written literally is markup; what is interpolated is data and is escaped, unless it is `HTML` itself.
/// Attributes are always quoted: `"<a href=\"\(path)\">\(name)</a>"`. Nothing is ever interpolated into `<script>` or
/// `<style>`, nor into an attribute that holds code or a foreign address; ``Path`` and ``ExternalLink`` are for links.
public struct HTML: Equatable, Sendable {
    /// The markup as sent to the browser.
    public private(set) var text: String

    fileprivate init(markup: String) {
        self.text = markup
    }

    public static let empty = HTML(markup: "")

    public var isEmpty: Bool { text.isEmpty }

    /// The HTML of plain text.
    public init(escaping text: some StringProtocol) {
        self.text = Self.escaped(text)
    }

    /// A `div` of that class around this HTML; nothing around nothing.
    public func within(_ name: StaticString) -> HTML {
        isEmpty ? .empty : HTML(markup: "<div class=\"\(name)\">\(text)</div>")
    }

    public static func + (left: HTML, right: HTML) -> HTML {
        HTML(markup: left.text + right.text)
    }

    public static func += (left: inout HTML, right: HTML) {
        left.text += right.text
    }

    /// `text` with the five characters that mean something in text and in quoted attributes made harmless.
    static func escaped(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(where: { $0.isMarkup }) else { return String(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension HTML: ExpressibleByStringInterpolation {
    public init(stringLiteral markup: String) {
        self.text = markup
    }

    public init(stringInterpolation: StringInterpolation) {
        self.text = stringInterpolation.text
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        public mutating func appendLiteral(_ markup: String) {
            text += markup
        }

        public mutating func appendInterpolation(_ data: some StringProtocol) {
            text += HTML.escaped(data)
        }

        public mutating func appendInterpolation(_ number: some BinaryInteger) {
            text += String(number)
        }

        /// An id, or an enum written as its word.
        public mutating func appendInterpolation<Word: RawRepresentable<String>>(_ word: Word) {
            text += HTML.escaped(word.rawValue)
        }

        public mutating func appendInterpolation(_ path: Path) {
            text += HTML.escaped(path.text)
        }

        public mutating func appendInterpolation(_ component: some Component) {
            text += component.html.text
        }

        /// Nothing where there is no component.
        public mutating func appendInterpolation(_ component: (some Component)?) {
            text += component?.html.text ?? ""
        }

        public mutating func appendInterpolation(_ components: [some Component]) {
            for component in components { text += component.html.text }
        }

        /// Text that people made (names of users, groups and sites), set apart so that its writing direction cannot
        /// reorder what stands around it.
        public mutating func appendInterpolation(isolated data: some StringProtocol) {
            text += "<bdi>" + HTML.escaped(data) + "</bdi>"
        }

        /// ` name="value"` with its leading space; nothing where the value is nil.
        public mutating func appendInterpolation(attribute name: StaticString, _ value: String?) {
            guard let value else { return }
            text += " \(name)=\"\(HTML.escaped(value))\""
        }

        /// ` name` with its leading space, or nothing.
        public mutating func appendInterpolation(attribute name: StaticString, _ isPresent: Bool) {
            if isPresent { text += " \(name)" }
        }
    }
}

extension UInt8 {
    fileprivate var isMarkup: Bool {
        switch self {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
        default: false
        }
    }
}
