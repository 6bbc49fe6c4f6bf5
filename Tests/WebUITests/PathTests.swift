import Testing

@testable import WebUI

@Suite struct `A link stays on this site` {
    @Test(arguments: [
        ("00g1", "/groups/00g1/sites"),
        ("a/b", "/groups/a%2Fb/sites"),
        ("..", "/groups/%2E%2E/sites"),
        ("a b?c#d", "/groups/a%20b%3Fc%23d/sites"),
        ("ö", "/groups/%C3%B6/sites"),
        ("\u{01}", "/groups/%01/sites"),
    ])
    func `an interpolated part is one segment`(segment: String, expected: String) {
        let path: Path = "/groups/\(segment)/sites"

        #expect(path.text == expected)
    }

    @Test func `a query grows, and leaves out what is empty`() {
        let path = ("/users" as Path).query("search", "a&b=c").query("standing", "").query("page", nil)
            .query("page", "2").fragment("list")

        #expect(path.text == "/users?search=a%26b%3Dc&page=2#list")
    }

    @Test(arguments: ["/", "/users?standing=active", "/a//b"])
    func `a path from outside is taken when it stays`(text: String) {
        #expect(Path(sameSite: text)?.text == text)
    }

    @Test(arguments: [
        "", "users", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/a\nb", "/a\tb", "\t/a",
        "javascript:alert(1)",
    ])
    func `a path from outside is refused when some browser would leave`(text: String) {
        #expect(Path(sameSite: text) == nil)
    }

    @Test(arguments: ["javascript:alert(1)", "data:text/html,x", " https://a.example", "//a.example"])
    func `an address that is not http becomes no link`(address: String) {
        #expect(ExternalLink("Okta", to: address).html.text == "Okta")
    }

    @Test func `an address elsewhere opens apart and learns nothing`() {
        let html = ExternalLink("Okta", to: "https://acme.okta.com/?a=1&b=2").html.text

        #expect(html.contains("href=\"https://acme.okta.com/?a=1&amp;b=2\""))
        #expect(html.contains("rel=\"noopener noreferrer\""))
    }
}
