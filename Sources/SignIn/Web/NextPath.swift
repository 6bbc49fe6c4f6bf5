import WebUI

/// Where the browser goes after a sign-in: a path on this site that came in through `next`.
struct NextPath: Equatable {
    let path: Path

    /// nil for everything that could lead to another host in any browser: only letters, digits and `_-./?=&%+` after
    /// one slash, with no `//`, and neither a slash nor a backslash hidden in `%`.
    init?(_ text: String) {
        let hidden = ["//", "%2f%2f", "%5c", "%09", "%0a", "%0d", "%25", "/.."]
        guard text.utf8.count <= 2048, text.hasPrefix("/"),
            text.utf8.allSatisfy(Self.isAllowed),
            !hidden.contains(where: text.lowercased().contains),
            let path = Path(sameSite: text)
        else { return nil }
        self.path = path
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_-./?=&%+".utf8.contains(byte)
        }
    }
}
