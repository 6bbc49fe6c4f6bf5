/// An e-mail address as somebody typed it, as far as anybody but its mail server can tell (RFC 5321 §4.5.3.1.3).
///
/// One `@` with something before and after it, no blanks, no control or invisible characters, 254 bytes at most. Two are
/// equal where they differ in nothing but the case of ASCII letters: letters that only look alike, as the Kelvin sign
/// and k, stay apart.
public struct EmailAddress: Sendable {
    /// As it was typed, without blanks around it.
    public let text: String
    /// For comparing: ASCII letters in lower case, everything else as it came.
    public let folded: String

    /// nil where the text is no address.
    public init?(_ typed: String) {
        let scalars = typed.unicodeScalars
        guard let first = scalars.firstIndex(where: { !Self.isBlank($0) }),
            let last = scalars.lastIndex(where: { !Self.isBlank($0) })
        else { return nil }
        let text = String(scalars[first...last])
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), text.utf8.count <= 254,
            text.unicodeScalars.allSatisfy(Self.isVisible)
        else { return nil }
        self.text = text
        folded = String(String.UnicodeScalarView(text.unicodeScalars.map(Self.lowercased)))
    }

    /// What stands after the `@`, folded.
    public var domain: Substring {
        folded[folded.utf8.index(after: folded.utf8.firstIndex(of: UInt8(ascii: "@")) ?? folded.startIndex)...]
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: !isBlank(scalar) && !scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
    }
}

extension EmailAddress: Hashable {
    public static func == (one: EmailAddress, other: EmailAddress) -> Bool {
        one.folded.utf8.elementsEqual(other.folded.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        for byte in folded.utf8 { hasher.combine(byte) }
    }
}
