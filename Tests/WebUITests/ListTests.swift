import Testing

@testable import WebUI

@Suite struct `A long list` {
    @Test func `leads on and back, with its filters`() {
        let html = Pagination(page: 2, pageSize: 50, total: 120, things: "users", path: "/users?standing=active").html
            .text

        #expect(html.contains("51 to 100 of 120 users"))
        #expect(html.contains("href=\"/users?standing=active&amp;page=1\""))
        #expect(html.contains("href=\"/users?standing=active&amp;page=3\""))
    }

    @Test func `of one page has no way on`() {
        #expect(Pagination(page: 1, pageSize: 50, total: 50, things: "users", path: "/users").html.isEmpty)
    }

    @Test func `names each cell for a narrow screen`() {
        let table = DataTable(
            "2 sites",
            columns: [.init("Name"), .init("Users", isNumber: true), .init("Actions", isUnseen: true)],
            rows: [["Berlin", "3", "x"]]
        )

        let html = table.html.text

        #expect(html.contains("<th role=\"rowheader\" scope=\"row\">Berlin</th>"))
        #expect(html.contains("<td role=\"cell\" class=\"number\" data-label=\"Users\">3</td>"))
        #expect(html.contains("<td role=\"cell\">x</td>"))
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "−1,234")])
    func `has numbers that can be read`(number: Int, expected: String) {
        #expect(Counts.grouped(number) == expected)
    }
}
