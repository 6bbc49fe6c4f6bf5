import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import OktaSimulator
import Storage
import Testing

@testable import SignIn

@Suite struct `What comes back to the redirect URI` {
    private static let long = String(repeating: "x", count: 65_536)

    @Test(arguments: [
        "code[]=c", "code=c&code[]=d", "code=c&state[0]=other", "code=\(long)", "code=c%00",
        "code=c%0d%0aSet-Cookie:%20a=b",
        "code=c%0a", "code=%c0%ae", "code=%c1%9c", "code=%e0%80%af", "code=%f0%80%80%af", "code=%ff", "code=%",
        "code=%4",
        "code=", "error=", "code=c&error=access_denied", "code=c&code=c", "error=a&error=b", "code=c&iss=a&iss=a",
        "error=access_denied&error_description=a%00b", "error=access_denied&error_description=%0d%0ax",
    ])
    func `is refused before the try is touched where it is no plain answer`(query: String) async throws {
        try await Acme.open { acme in
            // given: a try that is under way
            let browser = acme.browser()
            let start = try await browser.post("/sign-in", [("email", acme.ana.login)])
            let state = try #require(start.answer["state"])

            // when
            let back = try await browser.get("/user/external?state=\(state)&\(query)")

            // then: nobody is in, Okta was not asked, and the try itself can still end well
            #expect(back.status == .seeOther)
            #expect(back.location == "/sign-in/failed/not-understood")
            #expect(back.headers[values: .setCookie].isEmpty)
            #expect(browser.cookies["timus-account"] == nil)
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 0)
            let good = try await browser.get(try await browser.visitOkta(start, as: acme.ana, in: acme.org))
            #expect(good.location == "/account")
        }
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .patch, .delete])
    func `comes by GET only`(method: HTTPRequest.Method) async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let start = try await browser.post("/sign-in", [("email", acme.ana.login)])
            let path = try await browser.visitOkta(start, as: acme.ana, in: acme.org)
            let query = String(path.split(separator: "?")[1])

            let form = try await acme.client.execute(
                uri: "/user/external",
                method: method,
                headers: [
                    .contentType: "application/x-www-form-urlencoded",
                    .cookie: browser.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "),
                ],
                body: ByteBuffer(string: query)
            )

            #expect(form.status == .methodNotAllowed)
            #expect(form.headers[.allow] == "GET, HEAD")
            #expect(form.headers[.setCookie] == nil)
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 0)
        }
    }

    @Test func `counts for nothing where the try's cookie came twice`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let start = try await browser.post("/sign-in", [("email", acme.ana.login)])
            let path = try await browser.visitOkta(start, as: acme.ana, in: acme.org)
            let (name, value) = try #require(browser.cookies.first { $0.key.hasPrefix("timus-try-") })

            let twice = try await acme.client.execute(
                uri: path,
                method: .get,
                headers: [.cookie: "\(name)=\(value); \(name)=another"]
            )

            #expect(twice.location == "/sign-in/failed/other-browser")
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 0)
        }
    }

    @Test func `with another issuer's name goes no further`() async throws {
        try await Acme.open { acme in
            for issuer in ["https://evil.okta.com", acme.org.origin + "/", acme.org.origin.uppercased(), ""] {
                let browser = acme.browser()
                let start = try await browser.post("/sign-in", [("email", acme.ana.login)])
                let path = try await browser.visitOkta(start, as: acme.ana, in: acme.org)

                let back = try await browser.get(path + "&iss=" + Browser.encoded(issuer))

                #expect(back.location == "/sign-in/failed/settings")
                #expect(browser.cookies["timus-account"] == nil)
            }
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 0)
        }
    }

    @Test func `with a code that was made for another browser's try opens no session`() async throws {
        try await Acme.open { acme in
            let (mallory, ana) = (acme.browser(), acme.browser())
            let hers = try await ana.post("/sign-in", [("email", acme.ana.login)])
            let stolen = try await ana.visitOkta(hers, as: acme.ana, in: acme.org)
            let code = try #require(URLComponents(string: stolen)?.queryItems?.first { $0.name == "code" }?.value)
            let his = try await mallory.post("/sign-in", [("email", acme.ben.login)])
            let state = try #require(his.answer["state"])

            let back = try await mallory.get("/user/external?state=\(state)&code=\(Browser.encoded(code))")

            #expect(back.location.hasPrefix("/sign-in/failed/"))
            #expect(mallory.cookies["timus-account"] == nil)
        }
    }

    @Test func `is redeemed once where Okta hangs up in the middle`() async throws {
        try await Acme.open { acme in
            acme.org.faults.add(Org.Fault(.cutOff, at: "/oauth2/v1/token"))
            let browser = acme.browser()

            let back = try await browser.signIn(as: acme.ana, at: acme)

            #expect(back.location == "/sign-in/failed/unreachable")
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 1)
        }
    }
}

@Suite struct `A browser has several tries under way` {
    private static func start(_ browser: Browser, at acme: Acme) async throws -> TestResponse {
        let start = try await browser.post("/sign-in", [("email", acme.ana.login)])
        acme.clock.advance(1)
        return start
    }

    @Test func `of which a sixth ends the oldest and no other`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            var starts: [TestResponse] = []
            for _ in 0..<6 { starts.append(try await Self.start(browser, at: acme)) }

            #expect(browser.cookies.keys.count { $0.hasPrefix("timus-try-") } == 5)
            for (number, start) in starts.enumerated() {
                let path = try await browser.visitOkta(start, as: acme.ana, in: acme.org)
                let back = try await browser.get(path)
                #expect(back.location == (number == 0 ? "/sign-in/failed/other-browser" : "/account"))
            }
        }
    }

    @Test func `twenty of which fit into a header`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            for _ in 0..<20 { _ = try await Self.start(browser, at: acme) }

            let tries = browser.cookies.filter { $0.key.hasPrefix("timus-try-") }
            #expect(tries.count == 5)
            #expect(tries.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 3 } < 1024)
        }
    }

    @Test func `and one with a time that it made up goes first`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            for number in 0..<4 { browser.cookies["timus-try-odd\(number)"] = "x" }
            let kept = try await Self.start(browser, at: acme)

            _ = try await Self.start(browser, at: acme)

            #expect(browser.cookies.keys.count { $0.hasPrefix("timus-try-odd") } == 3)
            let path = try await browser.visitOkta(kept, as: acme.ana, in: acme.org)
            #expect(try await browser.get(path).location == "/account")
        }
    }
}

@Suite struct `The session after a sign-in` {
    @Test func `has a cookie that only this host gets, and only over TLS`() throws {
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "https", authority: "timus.acme.example", path: "/account"),
            body: RequestBody(buffer: ByteBuffer())
        )
        let cookies = BrowserCookies(request, settings: WebSettings(publicURL: "https://timus.acme.example"))

        let cookie = cookies.sessionCookie("token").description

        #expect(cookie.hasPrefix("__Host-timus-account=token;"))
        for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] { #expect(cookie.contains(attribute)) }
        #expect(!cookie.contains("Domain"))
        #expect(!cookie.contains("Max-Age"))
    }

    @Test func `has a new token of 256 bits, which the database does not hold`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            let first = try #require(browser.cookies["timus-account"])

            _ = try await browser.signIn(as: acme.ana, at: acme)
            let second = try #require(browser.cookies["timus-account"])

            #expect(first != second)
            #expect(second.utf8.count == 43)
            #expect(try await acme.store.session(token: first) == nil)
            #expect(try await acme.store.session(token: second) != nil)
        }
    }

    @Test func `is not the one that somebody planted in the browser before`() async throws {
        try await Acme.open { acme in
            // given: mallory's own session in ana's browser
            try await acme.sync([acme.user(acme.ana), acme.user(acme.ben)])
            let mallory = acme.browser()
            _ = try await mallory.signIn(as: acme.ben, at: acme)
            let planted = try #require(mallory.cookies["timus-account"])
            let ana = acme.browser()
            ana.cookies["timus-account"] = planted

            // when
            _ = try await ana.signIn(as: acme.ana, at: acme)

            // then
            #expect(ana.cookies["timus-account"] != planted)
            #expect(try await acme.store.session(token: planted) == nil)
            #expect(try await mallory.get("/account").status == .seeOther)
            #expect(try await ana.get("/account").text.contains("ana.silva"))
        }
    }
}

@Suite struct `The source of a request` {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "20:1:d:b8:0:1:0:2"),
        ("2001:db8:1:2::9", "20:1:d:b8:0:1:0:2"), ("2001:db8:1:3::9", "20:1:d:b8:0:1:0:3"), ("::1", "0:0:0:0:0:0:0:0"),
    ])
    func `is an IPv4 address or the network of an IPv6 address`(address: String, source: String) {
        #expect(NetworkSource.of(address) == source)
    }

    @Test func `may be unknown`() {
        #expect(NetworkSource.of(nil) == "unknown")
    }
}
