import Access
import Testing

@Suite struct `An address range` {
    @Test(arguments: ["10.20.0.0/16", " 192.168.1.0/24 ", "10.0.0.7/32", "10.0.0.0/8"])
    func `is read from CIDR`(text: String) throws {
        #expect(try AddressRange(text).description == text.split(separator: " ").joined())
    }

    @Test(arguments: [
        "", "10.20.0.0", "10.20.0.0/", "10.20.0/16", "10.20.0.256/32", "010.20.0.0/16", "10.20.0.0/016", "::/0",
        "10.20.0.0/16/1", "ten/8", "10.20.0.0/-1", "１０.20.0.0/16",
    ])
    func `is refused where it is not CIDR`(text: String) {
        #expect(throws: AddressRange.Problem.notCIDR) { try AddressRange(text) }
    }

    @Test(arguments: ["0.0.0.0/0", "10.0.0.0/7", "10.0.0.0/33"])
    func `is refused where it would swallow the internet, or cannot be`(text: String) {
        #expect(throws: AddressRange.Problem.prefixLength) { try AddressRange(text) }
    }

    @Test func `names the range that was probably meant`() throws {
        let meant = try AddressRange("10.20.0.0/16")

        #expect(throws: AddressRange.Problem.hostBits(meant)) { try AddressRange("10.20.3.4/16") }
    }

    @Test(arguments: [
        ("10.20.0.0/16", "10.20.5.0/24", true),
        ("10.20.5.0/24", "10.20.0.0/16", true),
        ("10.20.0.0/16", "10.21.0.0/16", false),
        ("10.20.0.0/24", "10.20.1.0/24", false),
        ("255.255.255.255/32", "255.255.255.0/24", true),
    ])
    func `overlaps another where they share an address`(one: String, other: String, overlaps: Bool) throws {
        #expect(try AddressRange(one).overlaps(AddressRange(other)) == overlaps)
    }
}
