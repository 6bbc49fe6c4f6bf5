/// A piece of a page.
///
/// Written as a string literal, whose interpolations are data: a `String` is escaped, another `HTML` goes in as it is. There
/// is no way to make one from a string that is not a literal.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    private(set) var text: String

    init(stringLiteral value: String) {
        text = value
    }

    init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        mutating func appendInterpolation(_ value: String) {
            for character in value.unicodeScalars {
                switch character {
                case "&": text += "&amp;"
                case "<": text += "&lt;"
                case ">": text += "&gt;"
                case "\"": text += "&quot;"
                case "'": text += "&#39;"
                default: text.unicodeScalars.append(character)
                }
            }
        }

        mutating func appendInterpolation(_ value: Int) {
            text += String(value)
        }

        mutating func appendInterpolation(_ value: HTML) {
            text += value.text
        }

        /// nil is nothing.
        mutating func appendInterpolation(_ value: HTML?) {
            text += value?.text ?? ""
        }

        mutating func appendInterpolation(_ values: [HTML]) {
            for value in values { text += value.text }
        }

        /// `html` where the condition holds, else nothing: for attributes such as `checked`.
        mutating func appendInterpolation(_ html: HTML, if condition: Bool) {
            if condition { text += html.text }
        }
    }
}
