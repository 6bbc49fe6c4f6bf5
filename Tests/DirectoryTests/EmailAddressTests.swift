import Directory
import Testing

@Suite struct `An e-mail address` {
    @Test(arguments: ["ana@acme.example", " Ana.Silva+1@Acme.Example\n", "o'neil@x", "ana@bücher.example", "a@1"])
    func `has one @ with something on both sides`(typed: String) {
        #expect(EmailAddress(typed) != nil)
    }

    @Test(
        arguments: [
            "", " ", "@", "ana", "ana@", "@acme.example", "a@evil.com@corp.com", "ana@@acme.example",
            "ana silva@acme.example",
            "ana@acme .example", "ana\u{0}@acme.example", "ana\r\n@acme.example", "ana@acme.example\u{0}",
            "ana\u{202e}@acme.example",
            "ana\u{200b}@acme.example", "ana\u{feff}@acme.example", "ana\u{a0}@acme.example", "ana\u{ff20}acme.example",
            "ana\u{2028}@acme.example", "ana\u{ad}@acme.example", "ana\u{e0001}@acme.example",
            "ana\u{e000}@acme.example",
            String(repeating: "a", count: 250) + "@x.de",
        ]
    )
    func `is none with another number of them, or with what nobody sees`(typed: String) {
        #expect(EmailAddress(typed) == nil)
    }

    @Test func `is no longer than 254 bytes`() {
        #expect(EmailAddress(String(repeating: "a", count: 249) + "@x.de") != nil)
        #expect(EmailAddress(String(repeating: "ä", count: 125) + "@x.de") == nil)
    }

    @Test func `is the same in capitals`() throws {
        let address = try #require(EmailAddress("Ana@ACME.example"))

        #expect(address == EmailAddress("ana@acme.EXAMPLE"))
        #expect(address.text == "Ana@ACME.example")
        #expect(address.folded == "ana@acme.example")
        #expect(address.domain == "acme.example")
    }

    @Test(arguments: [
        ("\u{212a}ana@x.de", "kana@x.de"), ("\u{17f}am@x.de", "sam@x.de"), ("\u{e9}@x.de", "e\u{301}@x.de"),
    ])
    func `is another with letters that only look alike`(one: String, other: String) throws {
        #expect(try #require(EmailAddress(one)) != (try #require(EmailAddress(other))))
    }
}
