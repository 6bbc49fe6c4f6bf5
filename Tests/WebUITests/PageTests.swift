import Testing

@testable import WebUI

@Suite struct `A page` {
    @Test func `says in the title of the window that something is wrong`() {
        let page = Page("Sites", hasErrors: true, "<p>x</p>")

        #expect(page.html.text.contains("<title>Error: Sites – Timus</title>"))
    }

    @Test func `marks where one is`() {
        let navigation = Page.Navigation(
            console: "Manager",
            items: [.init("Users", to: "/users"), .init("Sites", to: "/sites", isCurrent: true)]
        )

        let html = Page("Sites", navigation: navigation, "").html.text

        #expect(html.contains("<a href=\"/sites\" aria-current=\"page\">Sites</a>"))
        #expect(html.contains("<a href=\"/users\">Users</a>"))
        #expect(html.contains("<a class=\"skip\" href=\"#main\">"))
    }

    @Test func `is refreshed without script only while it is live`() {
        let refresh = "<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"

        #expect(Page("Run", isLive: true, "").html.text.contains(refresh))
        #expect(!Page("Run", "").html.text.contains("refresh"))
    }

    @Test func `holds no script and no style of its own, which the content policy would refuse`() {
        for page in [Styleguide.page, Styleguide.plainPage] {
            let html = page.html.text

            #expect(html.components(of: "<script") == 1)
            #expect(!html.contains("<style"))
            #expect(!html.contains(" style="))
            #expect(!html.contains(" onclick="))
        }
    }

    @Test func `asks for its files under a name that changes with them`() {
        #expect(Asset.stylesheet.path.text.hasPrefix("/assets/timus.css?v="))
        #expect(Asset.stylesheet.path != Asset.script.path)
        #expect(Page("Sites", "").html.text.contains(Asset.script.path.text))
    }

    @Test func `is light to send`() {
        #expect(Asset.stylesheet.bytes.count <= 24 * 1024)
        #expect(Asset.script.bytes.count <= 4 * 1024)
    }
}

extension String {
    fileprivate func components(of part: String) -> Int {
        split(separator: part, omittingEmptySubsequences: false).count - 1
    }
}
