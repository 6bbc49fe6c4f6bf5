import HTTPTypes
import Testing

@testable import SignIn

@Suite struct `The address of a client` {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        var proxies = ["10.0.0.0/8", "2001:db8:1::/48", "192.0.2.1"]
        var peer = "10.0.0.1"
        var headers: HTTPFields = [:]
        let address: String

        var testDescription: String { name }
    }

    private static let name = HTTPField.Name("X-Forwarded-For") ?? .origin

    private static func forwarded(_ values: String...) -> HTTPFields {
        var headers = HTTPFields()
        for value in values { headers.append(HTTPField(name: name, value: value)) }
        return headers
    }

    static let rows = [
        Row(name: "without a proxy", proxies: [], peer: "198.51.100.7", address: "198.51.100.7"),
        Row(name: "who names another", proxies: [], headers: forwarded("203.0.113.5"), address: "10.0.0.1"),
        Row(name: "of a stranger", peer: "198.51.100.7", headers: forwarded("203.0.113.5"), address: "198.51.100.7"),
        Row(name: "behind a silent proxy", address: "10.0.0.1"),
        Row(name: "behind a proxy", headers: forwarded("203.0.113.5"), address: "203.0.113.5"),
        Row(
            name: "behind a proxy of one address",
            peer: "192.0.2.1",
            headers: forwarded("203.0.113.5"),
            address: "203.0.113.5"
        ),
        Row(name: "next to a proxy", peer: "192.0.2.2", headers: forwarded("203.0.113.5"), address: "192.0.2.2"),
        Row(name: "behind two proxies", headers: forwarded("203.0.113.5, 10.9.9.9"), address: "203.0.113.5"),
        Row(name: "who lies", headers: forwarded("1.1.1.1, 203.0.113.5, 10.9.9.9"), address: "203.0.113.5"),
        Row(name: "who lies of being a proxy", headers: forwarded("10.1.1.1, 203.0.113.5"), address: "203.0.113.5"),
        Row(name: "in two headers", headers: forwarded("1.1.1.1", "203.0.113.5"), address: "203.0.113.5"),
        Row(name: "that is a proxy's", headers: forwarded("10.7.7.7, 10.8.8.8"), address: "10.7.7.7"),
        Row(name: "with a port", headers: forwarded("203.0.113.5:4711"), address: "203.0.113.5"),
        Row(name: "of IPv6", headers: forwarded("2001:DB8:0::9"), address: "2001:db8::9"),
        Row(name: "of IPv6 with a port", headers: forwarded("[2001:db8::9]:4711"), address: "2001:db8::9"),
        Row(
            name: "behind a proxy of IPv6",
            peer: "2001:db8:1:2::3",
            headers: forwarded("203.0.113.5"),
            address: "203.0.113.5"
        ),
        Row(
            name: "beside a proxy of IPv6",
            peer: "2001:db8:2::3",
            headers: forwarded("203.0.113.5"),
            address: "2001:db8:2::3"
        ),
        Row(name: "in IPv6 form", peer: "::ffff:198.51.100.7", address: "198.51.100.7"),
        Row(
            name: "behind a proxy in IPv6 form",
            peer: "::ffff:10.0.0.1",
            headers: forwarded("203.0.113.5"),
            address: "203.0.113.5"
        ),
        Row(name: "that is empty", headers: forwarded(""), address: "10.0.0.1"),
        Row(name: "that is garbage", headers: forwarded("unknown"), address: "10.0.0.1"),
        Row(name: "after garbage", headers: forwarded("203.0.113.5, _hidden"), address: "10.0.0.1"),
        Row(name: "before garbage", headers: forwarded("_hidden, 203.0.113.5"), address: "203.0.113.5"),
        Row(name: "with a zone", headers: forwarded("fe80::1%eth0"), address: "10.0.0.1"),
        Row(name: "in octal", headers: forwarded("010.0.0.1"), address: "10.0.0.1"),
        Row(name: "in short", headers: forwarded("127.1"), address: "10.0.0.1"),
        Row(name: "with a wrong port", headers: forwarded("203.0.113.5:99999"), address: "10.0.0.1"),
        Row(name: "after an open bracket", headers: forwarded("[2001:db8::9"), address: "10.0.0.1"),
        Row(
            name: "behind too many proxies",
            headers: forwarded("203.0.113.5" + String(repeating: ", 10.0.0.2", count: 20)),
            address: "10.0.0.2"
        ),
        Row(
            name: "behind too much of the client's own",
            headers: forwarded(String(repeating: "198.51.100.7, ", count: 40) + "203.0.113.5"),
            address: "203.0.113.5"
        ),
        Row(
            name: "in another header",
            headers: [HTTPField.Name("Forwarded") ?? .origin: "for=203.0.113.5"],
            address: "10.0.0.1"
        ),
        Row(
            name: "in a header with underscores",
            headers: [HTTPField.Name("X_Forwarded_For") ?? .origin: "203.0.113.5"],
            address: "10.0.0.1"
        ),
    ]

    @Test(arguments: rows)
    func `is found`(row: Row) throws {
        let proxies = TrustedProxies(try row.proxies.map { try #require(TrustedProxies.Range($0)) })

        #expect(proxies.client(peer: row.peer, headers: row.headers) == row.address)
    }

    @Test func `is nothing where there is no connection`() {
        #expect(TrustedProxies().client(peer: nil, headers: Self.forwarded("203.0.113.5")) == nil)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0/8", "::/129", "proxy.example",
        "10.0.0.0/8/8",
        "10.0.0.0/ 8",
    ])
    func `is in no range that is none`(text: String) {
        #expect(TrustedProxies.Range(text) == nil)
    }

    @Test func `is in every range with no bits, of its own kind`() throws {
        let all = try #require(TrustedProxies.Range("0.0.0.0/0"))
        #expect(try all.contains(#require(IPAddress("203.0.113.5"))))
        #expect(try !all.contains(#require(IPAddress("2001:db8::1"))))
    }
}
