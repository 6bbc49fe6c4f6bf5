/// What a program says that it is, in the `User-Agent` of its requests: text that anybody may write, trusted for nothing.
public struct UserAgent: Sendable {
    private let text: String

    public init(_ text: String) {
        self.text = text
    }

    /// As people say it: "Firefox on Linux"; the beginning of the text, at most 80 characters, where it is no known browser.
    public var words: String { browser ?? String(text.prefix(80)) }

    /// Where a request came from: "Firefox on Linux, 192.0.2.7"; nil where neither is known.
    public static func place(_ userAgent: String?, from address: String?) -> String? {
        let parts = [userAgent.map { UserAgent($0).words }, address].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// Each browser claims to be those below it too.
    private static let browsers = [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ]
    private static let systems = [
        ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]

    private var browser: String? {
        guard text.hasPrefix("Mozilla/"), let browser = Self.browsers.first(where: { text.contains($0.0) }) else {
            return nil
        }
        let system = Self.systems.first { text.contains($0.0) }
        return system.map { "\(browser.1) on \($0.1)" } ?? browser.1
    }
}
