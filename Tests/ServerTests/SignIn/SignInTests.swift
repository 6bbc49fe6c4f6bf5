import Directory
import HTTPTypes
import HummingbirdTesting
import OktaSimulator
import Storage
import Testing
import WebUI

@testable import SignIn

@Suite struct `The sign-in page asks for the e-mail first` {
    @Test func `and sends a user to Okta with the e-mail filled in`() async throws {
        try await Acme.open { acme in
            let start = try await acme.browser().post("/sign-in", [("email", " ana.silva@acme.example ")])

            #expect(start.status == .seeOther)
            #expect(start.location.hasPrefix(acme.org.origin + "/oauth2/v1/authorize?"))
            #expect(start.answer["login_hint"] == "ana.silva@acme.example")
            #expect(start.answer["code_challenge_method"] == "S256")
            #expect(start.answer["redirect_uri"] == Acme.publicURL + "/user/external")
            #expect(start.answer["state"]?.count == 43)
            #expect(start.answer["nonce"]?.count == 43)
        }
    }

    @Test func `and answers an unknown e-mail in the same shape`() async throws {
        try await Acme.open { acme in
            let known = try await acme.browser().post("/sign-in", [("email", "ana.silva@acme.example")])
            let unknown = try await acme.browser().post("/sign-in", [("email", "nobody@acme.example")])

            #expect(known.status == unknown.status)
            #expect(known.answer.keys.sorted() == unknown.answer.keys.sorted())
            #expect(known.headers.map(\.name) == unknown.headers.map(\.name))
        }
    }

    @Test func `and keeps what was typed when it is no e-mail`() async throws {
        try await Acme.open { acme in
            let page = try await acme.browser().post("/sign-in", [("email", "ana <b>")])

            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("<title>Error: "))
            #expect(page.text.contains("value=\"ana &lt;b&gt;\""))
        }
    }

    @Test func `and takes neither state nor nonce from the browser`() async throws {
        try await Acme.open { acme in
            let start = try await acme.browser().post(
                "/sign-in?state=x&nonce=y",
                [("email", "ana.silva@acme.example"), ("state", "x"), ("nonce", "y"), ("code_challenge", "z")],
                headers: [.origin: Acme.publicURL, HTTPField.Name("X-Forwarded-Host") ?? .via: "evil.example"]
            )

            #expect(start.answer["state"] != "x")
            #expect(start.answer["nonce"] != "y")
            #expect(start.answer["redirect_uri"] == Acme.publicURL + "/user/external")
        }
    }

    @Test func `and gives a browser no more than six cookies for its tries`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()

            for _ in 0..<20 { _ = try await browser.post("/sign-in", [("email", acme.ana.login)]) }

            #expect(browser.cookies.keys.count { $0.hasPrefix("timus-try-") } <= 6)
        }
    }
}

// One after the other: the store hashes few passwords at once.
@Suite(.serialized) struct `A local administrator knows the password` {
    @Test func `and enters Manager with it`() async throws {
        try await Acme.open { acme in
            try await acme.giveRosaPassword()
            let browser = acme.browser()

            let page = try await browser.post("/sign-in", [("email", "Rosa@acme.example")])
            let entered = try await browser.post(
                "/sign-in/password",
                [("email", "Rosa@acme.example"), ("password", Acme.password)]
            )
            let manager = try await browser.get("/")

            #expect(page.text.contains("type=\"password\""))
            #expect(entered.location == "/")
            #expect(manager.text == "Manager, for rosa@acme.example")
        }
    }

    @Test(arguments: ["rosa@acme.example", "nobody@acme.example"])
    func `or does not, and then is told the same as anybody else`(email: String) async throws {
        try await Acme.open { acme in
            try await acme.giveRosaPassword()
            let browser = acme.browser()

            let page = try await browser.post("/sign-in/password", [("email", email), ("password", "wrong")])

            #expect(page.status == .unauthorized)
            #expect(page.text.contains("together they match no administrator"))
            #expect(!page.text.contains("value=\"wrong\""))
            #expect(browser.cookies["timus"] == nil)
        }
    }
}

@Suite struct `An administrator is linked to an Okta user` {
    @Test func `and enters Manager through Okta`() async throws {
        try await Acme.open { acme in
            let rosa = try #require(try await acme.store.administrator(email: "rosa@acme.example"))
            try await acme.store.linkAdministrator(rosa.id, to: acme.user(acme.ana).id, by: .system)
            let browser = acme.browser()

            let back = try await browser.signIn(as: acme.ana, at: acme)
            let manager = try await browser.get("/")

            #expect(back.location == "/")
            #expect(manager.text == "Manager, for rosa@acme.example")
        }
    }

    @Test func `and enters Accounts where they asked for it`() async throws {
        try await Acme.open { acme in
            let rosa = try #require(try await acme.store.administrator(email: "rosa@acme.example"))
            try await acme.store.linkAdministrator(rosa.id, to: acme.user(acme.ana).id, by: .system)
            let browser = acme.browser()

            let back = try await browser.signIn(as: acme.ana, at: acme, next: "/account")

            #expect(back.location == "/account")
            #expect(browser.cookies["timus"] == nil)
        }
    }

    @Test func `who was suspended, and stays outside`() async throws {
        try await Acme.open { acme in
            let rosa = try #require(try await acme.store.administrator(email: "rosa@acme.example"))
            try await acme.store.linkAdministrator(rosa.id, to: acme.user(acme.ana).id, by: .system)
            try await acme.sync([acme.user(acme.ana, status: .suspended)])

            let back = try await acme.browser().signIn(as: acme.ana, at: acme)

            #expect(back.location == "/sign-in/failed/inactive")
        }
    }

    @Test func `and a user without the link does not enter Manager`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme, next: "/")

            let manager = try await browser.get("/")

            #expect(manager.location == "/sign-in?next=%2F")
        }
    }
}

@Suite struct `Somebody signs out` {
    @Test func `and our session ends before Okta's`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            let old = browser.cookies

            let out = try await browser.post("/account/sign-out", [("csrf", try await browser.csrf(of: "/account"))])
            browser.cookies = old
            let page = try await browser.get("/account")

            let onward = try #require(HTTPField.Name("Refresh").flatMap { out.headers[$0] })
            #expect(onward.hasPrefix("0; url=" + acme.org.origin + "/oauth2/v1/logout?"))
            #expect(onward.contains("id_token_hint="))
            #expect(page.status == .seeOther)
        }
    }

    @Test func `and the old session dies when they sign in again`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            let old = browser.cookies
            _ = try await browser.signIn(as: acme.ana, at: acme)

            let thief = acme.browser()
            thief.cookies = old
            let page = try await thief.get("/account")

            #expect(page.status == .seeOther)
            #expect(try await browser.get("/account").status == .ok)
        }
    }

    @Test func `everywhere else, and stays signed in here`() async throws {
        try await Acme.open { acme in
            let (here, there) = (acme.browser(), acme.browser())
            _ = try await here.signIn(as: acme.ana, at: acme)
            _ = try await there.signIn(as: acme.ana, at: acme)

            let done = try await here.post(
                "/account/sessions/end-others",
                [("csrf", try await here.csrf(of: "/account"))]
            )
            let page = try await here.get(done.location)

            #expect(page.text.contains("One other session was signed out."))
            #expect(try await there.get("/account").status == .seeOther)
        }
    }
}

@Suite struct `A sign-in leads to a place of ours` {
    @Test(arguments: ["/", "/account", "/sites/42?tab=users&x=1%20", "/users?page=2", "/oauth/device"])
    func `where the path is plain`(text: String) {
        #expect(NextPath(text)?.path.text == text)
    }

    @Test(arguments: [
        "", "account", "https://evil.example", "//evil.example", "/\\evil.example", "\\/evil.example",
        "/%5cevil.example",
        "/%2f%2fevil.example", "/%2F%2Fevil.example", "/a//evil.example", "/\tevil", "/\r\nLocation:x", "/a b",
        "/@evil",
        "javascript:alert(1)", "/\u{2028}evil", "/x#y", "/..//evil", "/../../x", "/%09/evil", "/%250d", "http:/evil",
        " /account", "/;evil", "/http://evil.example", "/\u{0}", "/ü",
    ])
    func `and nowhere else`(text: String) {
        #expect(NextPath(text) == nil)
    }

    @Test func `which the browser chose among ours only`() async throws {
        try await Acme.open { acme in
            let back = try await acme.browser().signIn(as: acme.ana, at: acme, next: "//evil.example/account")

            #expect(back.location == "/account")
        }
    }
}
