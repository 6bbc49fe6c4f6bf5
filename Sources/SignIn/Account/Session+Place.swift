import Storage

extension Session {
    /// Where the session is used, as people say it: "Firefox on Linux, 192.0.2.7".
    var place: String {
        let program = userAgent.map { Self.browser(in: $0) ?? String($0.prefix(80)) }
        let parts = [program, address].compactMap(\.self)
        return parts.isEmpty ? "Unknown" : parts.joined(separator: ", ")
    }

    /// nil where it is no browser. Each browser claims to be those below it too.
    private static func browser(in userAgent: String) -> String? {
        let browsers = [
            ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
        ]
        let systems = [
            ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"),
            ("Mac OS X", "macOS"), ("Linux", "Linux"),
        ]
        guard userAgent.hasPrefix("Mozilla/"), let browser = browsers.first(where: { userAgent.contains($0.0) }) else {
            return nil
        }
        let system = systems.first { userAgent.contains($0.0) }
        return system.map { "\(browser.1) on \($0.1)" } ?? browser.1
    }
}
