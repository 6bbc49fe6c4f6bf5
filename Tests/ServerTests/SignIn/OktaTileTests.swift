import HTTPTypes
import HummingbirdTesting
import NIOCore
import OktaSimulator
import Storage
import Testing

@testable import SignIn

@Suite struct `Somebody clicks our tile at Okta` {
    private static func path(_ parameters: [(String, String)]) -> String {
        "/sign-in/okta?" + parameters.map { "\($0.0)=\(Browser.encoded($0.1))" }.joined(separator: "&")
    }

    @Test func `and is signed in as if they had begun here`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()

            let start = try await browser.get(Self.path([("iss", acme.org.origin)]))
            let back = try await browser.get(try await browser.visitOkta(start, as: acme.ana, in: acme.org))

            #expect(start.location.hasPrefix(acme.org.origin + "/oauth2/v1/authorize?"))
            #expect(start.answer["code_challenge_method"] == "S256")
            #expect(start.answer["login_hint"] == nil)
            #expect(back.location == "/account")
            #expect(try await browser.get("/account").status == .ok)
        }
    }

    @Test func `and lands where the link says, if that is here`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let target = Acme.publicURL + "/account?tab=devices"

            let start = try await browser.get(
                Self.path([
                    ("iss", acme.org.origin), ("target_link_uri", target), ("login_hint", "ana.silva@acme.example"),
                ])
            )
            let back = try await browser.get(try await browser.visitOkta(start, as: acme.ana, in: acme.org))

            #expect(start.answer["login_hint"] == "ana.silva@acme.example")
            #expect(back.location == "/account?tab=devices")
        }
    }

    @Test(arguments: [
        "https://evil.example/account?tab=x", "//evil.example", "/account?tab=x",
        "http://127.0.0.1:84200/account?tab=x",
        "http://127.0.0.1:8420.evil.example/account?tab=x", "http://127.0.0.1:8420@evil.example/account?tab=x",
        "http://127.0.0.1:8420//evil.example", "http://127.0.0.1:8420/\\evil.example",
        "http://127.0.0.1:8420/oauth/consent?request=abc", "http://127.0.0.1:8420", "javascript:alert(1)", "",
        "HTTP://127.0.0.1:8420/account?tab=x", "http://127.0.0.1:8420/account?tab=x#x",
    ])
    func `and no link leads anywhere else`(target: String) async throws {
        try await Acme.open { acme in
            let browser = acme.browser()

            let start = try await browser.get(Self.path([("iss", acme.org.origin), ("target_link_uri", target)]))
            let back = try await browser.get(try await browser.visitOkta(start, as: acme.ana, in: acme.org))

            #expect(back.location == "/account")
        }
    }

    @Test func `and nothing begins where the issuer is another, to the byte`() async throws {
        try await Acme.open { acme in
            let origin = acme.org.origin
            let others = [
                Self.path([("iss", "https://evil.okta.com")]), Self.path([("iss", origin + "/")]),
                Self.path([("iss", origin.uppercased())]), Self.path([("iss", origin + "/oauth2/default")]),
                Self.path([("iss", "")]), Self.path([("iss", origin), ("iss", origin)]), "/sign-in/okta",
                "/sign-in/okta?iss=%ff",
            ]
            for path in others {
                let browser = acme.browser()

                let answer = try await browser.get(path)
                let page = try await browser.get(answer.location)

                #expect(answer.location == "/sign-in/failed/other-org")
                #expect(page.status == .badRequest)
                #expect(page.text.contains("another Okta org"))
                #expect(browser.cookies.isEmpty)
            }
            let event = try await acme.store.events(EventQuery()).first { $0.action == "sign-in.refused" }
            #expect(event?.step == SignInStep.identityProvider.rawValue)
            #expect(event?.reason?.contains("another Okta org") == true)
        }
    }

    @Test(arguments: ["a\r\nb", "a\u{0}b", String(repeating: "a", count: 255)])
    func `and a login hint that is none is left out`(hint: String) async throws {
        try await Acme.open { acme in
            let start = try await acme.browser().get(Self.path([("iss", acme.org.origin), ("login_hint", hint)]))

            #expect(start.answer["state"] != nil)
            #expect(start.answer["login_hint"] == nil)
        }
    }

    @Test func `and is told where sign-in through Okta is off`() async throws {
        try await Acme.open { acme in
            try await acme.store.disableOkta(by: .system)

            let answer = try await acme.browser().get(Self.path([("iss", acme.org.origin)]))

            #expect(answer.location == "/sign-in/failed/integration-off")
            let event = try await acme.store.events(EventQuery()).first { $0.action == "sign-in.refused" }
            #expect(event?.step == SignInStep.policy.rawValue)
        }
    }
}
