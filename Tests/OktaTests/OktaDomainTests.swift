import Okta
import Testing

@Suite struct `An Okta domain` {
    @Test(
        arguments: [
            ("acme.okta.com", "acme.okta.com"),
            ("  acme.okta.com\n", "acme.okta.com"),
            ("https://acme.okta.com", "acme.okta.com"),
            ("https://acme.okta.com/", "acme.okta.com"),
            ("http://acme.okta.com/", "acme.okta.com"),
            ("ACME.Okta.COM", "acme.okta.com"),
            ("HTTPS://Acme.okta.com", "acme.okta.com"),
            ("acme.okta.com.", "acme.okta.com"),
            ("acme-admin.okta.com", "acme.okta.com"),
            ("https://acme-admin.okta.com/admin/dashboard?tab=1#top", "acme.okta.com"),
            ("https://acme.okta.com/oauth2/default", "acme.okta.com"),
            ("acme.okta.com/.well-known/openid-configuration", "acme.okta.com"),
            ("acme-admin.oktapreview.com", "acme.oktapreview.com"),
            ("acme.okta-emea.com", "acme.okta-emea.com"),
            ("acme.okta-gov.com", "acme.okta-gov.com"),
            ("acme.okta.mil", "acme.okta.mil"),
            ("acme.okta-miltest.com", "acme.okta-miltest.com"),
            ("acme.trex-govcloud.com", "acme.trex-govcloud.com"),
            ("integrator-1234567.okta.com", "integrator-1234567.okta.com"),
            ("sign-in.acme.co.uk", "sign-in.acme.co.uk"),
            ("id-admin.acme.org", "id-admin.acme.org"),
            ("acme.com.com", "acme.com.com"),
        ]
    )
    func `is understood in any pasted form`(typed: String, host: String) throws {
        let domain = try OktaDomain(typed)

        #expect(domain.host == host)
        #expect(domain.shown == host)
        #expect(domain.origin == "https://\(host)")
        #expect(domain.issuer == domain.origin)
    }

    @Test(
        arguments: [
            ("", OktaDomain.Problem.empty),
            ("   ", .empty),
            ("https://", .empty),
            ("{yourOktaDomain}", .placeholder),
            ("https://{yourOktaDomain}/oauth2/default", .placeholder),
            ("<your-domain>.okta.com", .placeholder),
            ("ftp://acme.okta.com", .scheme("ftp")),
            ("javascript://acme.okta.com", .scheme("javascript")),
            ("ana@acme.example", .userName),
            ("https://acme.okta.com@evil.example", .userName),
            ("https://ana:word@acme.okta.com/", .userName),
            ("acme.okta.com:8443", .port),
            ("acme.okta.com:443", .port),
            ("acme.okta.com:", .port),
            ("acme.okta.com:x", .port),
            ("10.0.0.1", .addressLiteral),
            ("169.254.169.254", .addressLiteral),
            ("https://192.168.1.1/", .addressLiteral),
            ("127.1", .addressLiteral),
            ("0x7f.1", .addressLiteral),
            ("0x7f000001", .addressLiteral),
            ("2130706433", .addressLiteral),
            ("017700000001", .addressLiteral),
            ("0", .addressLiteral),
            ("[::1]", .addressLiteral),
            ("http://[::ffff:127.0.0.1]/", .addressLiteral),
            ("::1", .addressLiteral),
            ("fe80::1", .addressLiteral),
            ("127.0.0.1", .privateAddress("127.0.0.1")),
            ("http://127.0.0.1:8080", .privateAddress("127.0.0.1")),
            ("localhost", .privateAddress("localhost")),
            ("http://localhost:8080", .privateAddress("localhost")),
            ("okta.localhost", .privateAddress("okta.localhost")),
            ("okta.internal", .privateAddress("okta.internal")),
            ("metadata.google.internal", .privateAddress("metadata.google.internal")),
            ("printer.local", .privateAddress("printer.local")),
            ("router.home.arpa", .privateAddress("router.home.arpa")),
            ("okta.corp", .privateAddress("okta.corp")),
            ("acme", .oneWord("acme")),
            ("okta.com", .notOrg("okta.com")),
            ("www.okta.com", .notOrg("www.okta.com")),
            ("login.okta.com", .notOrg("login.okta.com")),
            ("acme.okta.com\\@evil.example", .characters),
            ("acme okta.com", .characters),
            ("acme..okta.com", .characters),
            (".okta.com", .characters),
            ("-acme.okta.com", .characters),
            ("acme_1.okta.com", .characters),
            ("acme.окта.com", .characters),
            ("аcme.okta.com", .characters),
            ("acme%2eokta.com", .characters),
            ("acme\u{0}.okta.com", .characters),
        ]
    )
    func `is refused with a sentence and a remedy`(typed: String, problem: OktaDomain.Problem) {
        #expect(throws: problem) { try OktaDomain(typed) }
        #expect(problem.errorDescription?.hasSuffix(".") == true)
        #expect(problem.recoverySuggestion?.hasPrefix("Enter ") == true)
    }

    @Test(arguments: ["http://127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080/", "HTTP://127.0.0.1:8080/a"])
    func `may be local where that is allowed`(typed: String) throws {
        let domain = try OktaDomain(typed, allowingLocal: true)

        #expect(domain.origin == "http://127.0.0.1:8080")
        #expect(domain.shown == "http://127.0.0.1:8080")
    }

    @Test func `may be localhost with a port where that is allowed`() throws {
        #expect(try OktaDomain("localhost:9", allowingLocal: true).origin == "http://localhost:9")
        #expect(throws: OktaDomain.Problem.localWithoutPort) { try OktaDomain("localhost", allowingLocal: true) }
    }

    @Test(arguments: ["10.0.0.1:8080", "127.0.0.2:8080", "127.1:8080", "okta.internal:80", "acme.okta.com:80"])
    func `stays refused when it is neither public nor loopback, even where local ones are allowed`(typed: String) {
        #expect(throws: OktaDomain.Problem.self) { try OktaDomain(typed, allowingLocal: true) }
    }
}
