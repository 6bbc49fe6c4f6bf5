/// A whole page: head, skip link, navigation, banner, heading and content.
public struct Page: Component {
    /// Where the pages of a console can be reached from, on top of each of them.
    public struct Navigation: Sendable {
        public struct Item: Sendable {
            let title: String
            let path: Path
            let isCurrent: Bool

            public init(_ title: String, to path: Path, isCurrent: Bool = false) {
                self.title = title
                self.path = path
                self.isCurrent = isCurrent
            }
        }

        let home: Path
        let console: String
        let items: [Item]
        let person: HTML

        /// - Parameters:
        ///   - console: The word after the brand: "Manager", "Accounts".
        ///   - person: Who is signed in, and the way out.
        public init(home: Path = "/", console: String, items: [Item], person: HTML = .empty) {
            self.home = home
            self.console = console
            self.items = items
            self.person = person
        }
    }

    /// How the content sits: `plain` is one small column in the middle, for signing in and for refusals.
    public enum Layout: String, Sendable {
        case console
        case plain
    }

    private let title: String
    private let heading: HTML
    private let intro: HTML
    private let trail: [Link]
    private let navigation: Navigation?
    private let layout: Layout
    private let banner: Notice?
    private let flash: Notice?
    private let hasErrors: Bool
    private let isLive: Bool
    private let content: HTML

    /// - Parameters:
    ///   - title: The heading, and with the brand the title of the window.
    ///   - badge: Beside the heading.
    ///   - actions: Buttons at the right of the heading.
    ///   - intro: One line under the heading.
    ///   - trail: The pages above this one, outermost first.
    ///   - banner: Stands on every page while something needs the administrator.
    ///   - flash: The result of what was just done.
    ///   - hasErrors: The window's title then starts with "Error: ".
    ///   - isLive: The page holds a ``Live`` part that is live, and nothing to type: without script it is refreshed
    ///     every 2 seconds.
    public init(
        _ title: String,
        layout: Layout = .console,
        badge: Badge? = nil,
        actions: HTML = .empty,
        intro: HTML = .empty,
        trail: [Link] = [],
        navigation: Navigation? = nil,
        banner: Notice? = nil,
        flash: Notice? = nil,
        hasErrors: Bool = false,
        isLive: Bool = false,
        _ content: HTML
    ) {
        self.title = title
        self.heading = """
            <div class="page-head"><h1>\(isolated: title)</h1>\(badge)\
            \(actions.within("actions"))</div>
            """
        self.intro = intro.isEmpty ? .empty : "<p class=\"intro\">\(intro)</p>"
        self.trail = trail
        self.navigation = navigation
        self.layout = layout
        self.banner = banner
        self.flash = flash
        self.hasErrors = hasErrors
        self.isLive = isLive
        self.content = content
    }

    public var html: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>\(hasErrors ? "Error: " : "")\(title) – Timus</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        \(isLive ? "<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>" : HTML.empty)
        <link rel="icon" href="\(Asset.icon.path)" type="image/svg+xml">
        <link rel="stylesheet" href="\(Asset.stylesheet.path)">
        <script src="\(Asset.script.path)" defer></script>
        </head>
        <body class="layout-\(layout)">
        <a class="skip" href="#main">Skip to the content</a>
        \(header)\(banner.map { "<aside class=\"banner\" aria-label=\"Needs attention\">\($0)</aside>" as HTML })
        <main id="main" tabindex="-1">
        \(breadcrumbs)\(heading)\(intro)\(flash?.html.within("flash"))
        \(content)
        </main>
        </body>
        </html>
        """
    }

    private var header: HTML {
        guard let navigation else {
            return "<header class=\"top\"><div class=\"top-row\">\(Brand())</div></header>"
        }
        let items = navigation.items.map { item in
            """
            <li><a href="\(item.path)"\(attribute: "aria-current", item.isCurrent ? "page" : nil)>\(item.title)</a></li>
            """ as HTML
        }
        let list: HTML =
            items.isEmpty
            ? .empty
            : "<nav class=\"top-nav\" aria-label=\"\(navigation.console)\"><ul>\(items)</ul></nav>"
        return """
            <header class="top"><div class="top-row"><a class="home" href="\(navigation.home)">\(Brand())\
            <span class="console">\(navigation.console)</span></a>\(list)\
            <div class="person">\(navigation.person)</div></div></header>
            """
    }

    private var breadcrumbs: HTML {
        guard !trail.isEmpty else { return .empty }
        let links = trail.map { "<li>\($0)</li>" as HTML }
        return "<nav class=\"trail\" aria-label=\"Where you are\"><ol>\(links)</ol></nav>"
    }
}
