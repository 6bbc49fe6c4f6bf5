import Testing

@testable import WebUI

@Suite struct `What is written literally is markup, what is interpolated is data` {
    @Test(arguments: [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("Sales & Marketing", "Sales &amp; Marketing"),
        ("\" onmouseover=\"alert(1)", "&quot; onmouseover=&quot;alert(1)"),
        ("ben.o'hara", "ben.o&#39;hara"),
        ("&amp;", "&amp;amp;"),
        ("مهندسون 👩🏽‍🚒", "مهندسون 👩🏽‍🚒"),
        ("", ""),
    ])
    func `five characters are escaped, all others stay`(data: String, expected: String) {
        let html: HTML = "<p title=\"\(data)\">\(data)</p>"

        #expect(html.text == "<p title=\"\(expected)\">\(expected)</p>")
        #expect(HTML(escaping: data).text == expected)
    }

    @Test func `HTML within HTML stays as it is`() {
        let name: HTML = "<b>\("a<b")</b>"
        let none: HTML? = nil

        let html: HTML = "<p>\(name)\(none)\([name, name])\(12)</p>"

        #expect(html.text == "<p><b>a&lt;b</b><b>a&lt;b</b><b>a&lt;b</b>12</p>")
    }

    @Test func `text that people made is set apart from the writing direction around it`() {
        let html: HTML = "\(isolated: "\u{202E}admin <1>")"

        #expect(html.text == "<bdi>\u{202E}admin &lt;1&gt;</bdi>")
    }

    @Test func `an attribute is quoted and escaped, and absent without a value`() {
        let html: HTML = """
            <input\(attribute: "value", "a\"b")\(attribute: "id", nil)\(attribute: "checked", true)\
            \(attribute: "disabled", false)>
            """

        #expect(html.text == "<input value=\"a&quot;b\" checked>")
    }

    @Test func `nothing is put around nothing`() {
        #expect(HTML.empty.within("actions").text == "")
        #expect(("x" as HTML).within("actions").text == "<div class=\"actions\">x</div>")
    }
}
