/// The pages of one thing, as links in a row.
public struct Tabs: Component {
    public struct Tab: Sendable {
        let title: String
        let path: Path
        let isCurrent: Bool
        let lockedBecause: String?

        /// - Parameter lockedBecause: Why the tab cannot be opened yet; it then is no link.
        public init(_ title: String, to path: Path, isCurrent: Bool, lockedBecause: String? = nil) {
            self.title = title
            self.path = path
            self.isCurrent = isCurrent
            self.lockedBecause = lockedBecause
        }
    }

    private let label: String
    private let tabs: [Tab]

    public init(_ label: String, _ tabs: [Tab]) {
        self.label = label
        self.tabs = tabs
    }

    public var html: HTML {
        "<nav class=\"tabs\" aria-label=\"\(label)\"><ul>\(tabs.map(Self.item))</ul></nav>"
    }

    private static func item(_ tab: Tab) -> HTML {
        if let reason = tab.lockedBecause {
            return """
                <li><a class="tab tab-locked" role="link" aria-disabled="true">\(tab.title)\
                <span class="tab-reason"> (\(reason))</span></a></li>
                """
        }
        return """
            <li><a class="tab" href="\(tab.path)"\(attribute: "aria-current", tab.isCurrent ? "page" : nil)>\
            \(tab.title)</a></li>
            """
    }
}
