/// One mail address, `ana@acme.example`: without a name, and without a character that means something in a header or
/// in a command of SMTP.
public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// nil for what is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), text.utf8.count <= 254,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !Self.forbidden.contains($0) })
        else { return nil }
        description = text
    }

    /// What stands behind the @.
    var domain: String { String(description.split(separator: "@")[1]) }

    /// The specials of RFC 5322 §3.2.3 but `@` and `.`.
    private static let forbidden = Set(#"()<>[]:;\,""#.utf8)
}
