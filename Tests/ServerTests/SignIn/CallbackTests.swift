import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import OktaSimulator
import Storage
import Testing

@Suite struct `Somebody comes back from Okta` {
    @Test func `and lands on their account`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()

            let back = try await browser.signIn(as: acme.ana, at: acme)
            let page = try await browser.get("/account")

            #expect(back.status == .seeOther)
            #expect(back.location == "/account")
            #expect(page.status == .ok)
            #expect(page.text.contains("ana.silva"))
            #expect(page.text.contains("Berlin"))
            #expect(page.text.contains("Allowed through Engineering."))
        }
    }

    @Test func `and the session's cookie is out of reach of scripts`() async throws {
        try await Acme.open { acme in
            let back = try await acme.browser().signIn(as: acme.ana, at: acme)

            let cookie = back.headers[values: .setCookie].first { $0.hasPrefix("timus-account=") } ?? ""
            #expect(cookie.contains("HttpOnly"))
            #expect(cookie.contains("SameSite=Lax"))
            #expect(cookie.contains("Path=/"))
            #expect(!back.location.contains("code"))
            #expect(back.text.isEmpty)
        }
    }

    @Test func `in another browser, and is refused before Okta is asked`() async throws {
        try await Acme.open { acme in
            let (mallory, ana) = (acme.browser(), acme.browser())
            let start = try await mallory.post("/sign-in", [("email", acme.ana.login)])
            let path = try await mallory.visitOkta(start, as: acme.ben, in: acme.org)

            let back = try await ana.get(path)
            let page = try await ana.get(back.location)

            #expect(back.location == "/sign-in/failed/other-browser")
            #expect(page.status == .badRequest)
            #expect(ana.cookies["timus-account"] == nil)
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 0)
        }
    }

    @Test func `with another browser's cookie, and is refused`() async throws {
        try await Acme.open { acme in
            let (mallory, ana) = (acme.browser(), acme.browser())
            let start = try await mallory.post("/sign-in", [("email", acme.ana.login)])
            let path = try await mallory.visitOkta(start, as: acme.ben, in: acme.org)
            _ = try await ana.post("/sign-in", [("email", acme.ana.login)])
            let name = try #require(mallory.cookies.keys.first { $0.hasPrefix("timus-try-") })
            let own = try #require(ana.cookies.first { $0.key.hasPrefix("timus-try-") })
            ana.cookies = [name: own.value]

            let back = try await ana.get(path)

            #expect(back.location == "/sign-in/failed/ended-or-used")
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 0)
        }
    }

    @Test func `twice with the same answer, and gets in once`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let start = try await browser.post("/sign-in", [("email", acme.ana.login)])
            let path = try await browser.visitOkta(start, as: acme.ana, in: acme.org)
            let cookies = browser.cookies

            let first = try await browser.get(path)
            browser.cookies = cookies
            let second = try await browser.get(path)

            #expect(first.location == "/account")
            #expect(second.location == "/sign-in/failed/ended-or-used")
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 1)
        }
    }

    @Test func `fifty times at once, and one of them goes on`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let start = try await browser.post("/sign-in", [("email", acme.ana.login)])
            let path = try await browser.visitOkta(start, as: acme.ana, in: acme.org)
            let cookies = browser.cookies

            let places = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let copy = acme.browser()
                        copy.cookies = cookies
                        return try await copy.get(path).location
                    }
                }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }

            #expect(places.count { $0 == "/account" } == 1)
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 1)
        }
    }

    @Test func `after eleven minutes, and has to begin again`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let start = try await browser.post("/sign-in", [("email", acme.ana.login)])
            acme.clock.advance(11 * 60)
            let path = try await browser.visitOkta(start, as: acme.ana, in: acme.org)

            let back = try await browser.get(path)

            #expect(back.location == "/sign-in/failed/ended-or-used")
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 0)
        }
    }

    @Test func `in two tabs, in either order`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let one = try await browser.post("/sign-in", [("email", acme.ana.login), ("next", "/account?tab=one")])
            let two = try await browser.post("/sign-in", [("email", acme.ana.login), ("next", "/account?tab=two")])
            let pathOne = try await browser.visitOkta(one, as: acme.ana, in: acme.org)
            let pathTwo = try await browser.visitOkta(two, as: acme.ana, in: acme.org)

            let backTwo = try await browser.get(pathTwo)
            let backOne = try await browser.get(pathOne)

            #expect(backTwo.location == "/account?tab=two")
            #expect(backOne.location == "/account?tab=one")
        }
    }

    @Test func `from an app that is no longer the one set up, and is refused`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let start = try await browser.post("/sign-in", [("email", acme.ana.login)])
            let path = try await browser.visitOkta(start, as: acme.ana, in: acme.org)
            let other = OktaCredentials(
                domain: acme.org.origin,
                issuer: acme.org.origin,
                clientID: "0oaOther",
                clientSecret: Secret("other"),
                apiToken: Secret("none")
            )
            try await acme.store.enableOkta(other, by: .system)

            let back = try await browser.get(path)

            #expect(back.location == "/sign-in/failed/settings")
            #expect(acme.org.requests.count(of: "/oauth2/v1/token") == 0)
        }
    }

    @Test(arguments: [
        "", "state=x", "code=x", "state=a&state=b&code=c", "state=aaaaaaaaaaaa&code=b&code=c",
        "state=aaaaaaaaaaaa&code=b&error=access_denied", "state=aaaaaaaaaaaa&code=%00",
        "state=%0d%0aSet-Cookie:a&code=b",
    ])
    func `with an answer that is none, and is refused`(query: String) async throws {
        try await Acme.open { acme in
            let browser = acme.browser()

            let back = try await browser.get("/user/external?" + query)
            let page = try await browser.get(back.location)

            #expect(back.status == .seeOther)
            #expect(page.status == .badRequest)
            #expect(browser.cookies["timus-account"] == nil)
        }
    }
}

@Suite struct `Okta lets somebody through who may not enter` {
    @Test func `ben, whom Timus does not know`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()

            let back = try await browser.signIn(as: acme.ben, at: acme)
            let page = try await browser.get(back.location)

            #expect(back.location == "/sign-in/failed/unknown-user")
            #expect(page.status == .forbidden)
            #expect(page.text.contains("Timus does not know you yet."))
            #expect(page.text.contains("ben.okoro@acme.example"))
            #expect(page.text.contains("Try again"))
            #expect(browser.cookies["timus-account"] == nil)
        }
    }

    @Test func `ana, suspended as the last sync saw`() async throws {
        try await Acme.open { acme in
            try await acme.sync([acme.user(acme.ana, status: .suspended)])

            let back = try await acme.browser().signIn(as: acme.ana, at: acme)

            #expect(back.location == "/sign-in/failed/inactive")
        }
    }

    @Test func `ana, who left the last chosen group`() async throws {
        try await Acme.open { acme in
            let ana = acme.user(acme.ana)
            try await acme.sync([ana], outside: [ana.id])

            let back = try await acme.browser().signIn(as: acme.ana, at: acme)

            #expect(back.location == "/sign-in/failed/no-group")
        }
    }

    @Test func `ana, banned by hand`() async throws {
        try await Acme.open { acme in
            try await acme.store.ban(acme.user(acme.ana).id, by: .system)

            let back = try await acme.browser().signIn(as: acme.ana, at: acme)

            #expect(back.location == "/sign-in/failed/banned")
        }
    }

    @Test func `ana, whose session then ends with her suspension`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            #expect(try await browser.get("/account").status == .ok)

            try await acme.sync([acme.user(acme.ana, status: .suspended)])
            let page = try await browser.get("/account")

            #expect(page.status == .seeOther)
            #expect(page.location == "/sign-in?next=%2Faccount")
        }
    }
}

@Suite struct `Okta does not let somebody through` {
    @Test func `and we say that they are not assigned, and offer to try again`() async throws {
        try await Acme.open { acme in
            try acme.org.unassign(acme.ana.id, from: acme.app.id)
            let browser = acme.browser()

            let back = try await browser.signIn(as: acme.ana, at: acme, next: "/account?tab=devices")
            let page = try await browser.get(back.location)

            #expect(back.location.hasPrefix("/sign-in/failed/not-assigned"))
            #expect(page.status == .forbidden)
            #expect(page.text.contains("You are not assigned to this app in Okta."))
            #expect(page.text.contains("name=\"next\" value=\"/account?tab=devices\""))
        }
    }

    @Test func `and nothing of Okta's words is shown`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            let start = try await browser.post("/sign-in", [("email", acme.ana.login)])
            let state = try #require(start.answer["state"])

            let back = try await browser.get(
                "/user/external?state=\(state)&error=odd&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E"
            )
            let page = try await browser.get(back.location)

            #expect(back.location == "/sign-in/failed/not-understood")
            #expect(!page.text.contains("alert(1)"))
        }
    }

    @Test func `and the way back works once they were assigned`() async throws {
        try await Acme.open { acme in
            try acme.org.unassign(acme.ana.id, from: acme.app.id)
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            try acme.org.assign(acme.ana.id, to: acme.app.id)

            let start = try await browser.post("/sign-in/okta", [("next", "")])
            let back = try await browser.get(try await browser.visitOkta(start, as: acme.ana, in: acme.org))

            #expect(back.location == "/account")
        }
    }
}
