import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import Storage

extension Browser {
    /// The e-mail and the password of a local administrator, as the two pages ask for them.
    func enterPassword(_ email: String = "rosa@acme.example", _ password: String = Acme.password) async throws
        -> TestResponse
    {
        try await post("/sign-in/password", [("email", email), ("password", password)])
    }

    func enterCode(_ code: String) async throws -> TestResponse {
        try await post("/sign-in/second-factor", [("code", code)])
    }
}

extension Acme {
    /// rosa has a password and an authenticator app.
    func giveRosaApp() async throws -> (app: TOTP, codes: [Secret]) {
        try await giveRosaPassword()
        let rosa = try #require(try await store.administrator(email: "rosa@acme.example"))
        let proposal = try await store.proposeSecondFactor(for: rosa.id)
        let app = TOTP(secret: try #require(Base32.decode(proposal.secret.value.typedCode)))
        let codes = try await store.confirmSecondFactor(of: rosa.id, code: code(of: app), except: "none")
        clock.advance(60)
        return (app, try #require(codes))
    }

    func code(of app: TOTP) -> String { app.code(at: TOTP.step(at: clock.now())) }
}

// One after the other: the process hashes few passwords at once.
@Suite(.serialized) struct `A local administrator with an authenticator app` {
    @Test func `has no session before the code, and one after it`() async throws {
        try await Acme.open { acme in
            let (app, _) = try await acme.giveRosaApp()
            let browser = acme.browser()

            let afterPassword = try await browser.enterPassword()
            #expect(afterPassword.location == "/sign-in/second-factor")
            #expect(browser.cookies["timus"] == nil)
            #expect(browser.cookies["timus-known"] == nil)
            #expect(try await browser.get("/").status == .seeOther)
            #expect(try await browser.get("/sign-in/second-factor").text.contains("autocomplete=\"one-time-code\""))

            let wrong = try await browser.enterCode("000000")
            #expect(wrong.status == .unauthorized)
            #expect(wrong.text.contains("4 tries are left"))
            #expect(browser.cookies["timus"] == nil)

            let entered = try await browser.enterCode(acme.code(of: app))
            #expect(entered.location == "/")
            #expect(try await browser.get("/").text == "Manager, for rosa@acme.example")
            #expect(browser.cookies["timus-pending"] == nil)
        }
    }

    @Test func `enters in the browser in which the password was right, and in no other`() async throws {
        try await Acme.open { acme in
            let (app, _) = try await acme.giveRosaApp()
            let (browser, other) = (acme.browser(), acme.browser())
            _ = try await browser.enterPassword()

            let elsewhere = try await other.enterCode(acme.code(of: app))

            #expect(elsewhere.status == .unauthorized)
            #expect(elsewhere.text.contains("This sign-in has ended"))
            #expect(other.cookies["timus"] == nil)
            #expect(try await other.get("/sign-in/second-factor").location == "/sign-in")
        }
    }

    @Test func `whose code was seen is not impersonated with it`() async throws {
        try await Acme.open { acme in
            let (app, _) = try await acme.giveRosaApp()
            let (browser, thief) = (acme.browser(), acme.browser())
            _ = try await browser.enterPassword()
            _ = try await thief.enterPassword()
            _ = try await browser.enterCode(acme.code(of: app))

            let again = try await thief.enterCode(acme.code(of: app))

            #expect(again.status == .unauthorized)
            #expect(thief.cookies["timus"] == nil)
        }
    }

    @Test func `begins again after five minutes`() async throws {
        try await Acme.open { acme in
            let (app, _) = try await acme.giveRosaApp()
            let browser = acme.browser()
            _ = try await browser.enterPassword()
            acme.clock.advance(301)

            #expect(try await browser.enterCode(acme.code(of: app)).text.contains("This sign-in has ended"))
        }
    }
}

@Suite(.serialized) struct `A browser in which an administrator has signed in` {
    @Test func `is known for a year, by another value each time`() async throws {
        try await Acme.open { acme in
            try await acme.giveRosaPassword()
            let browser = acme.browser()

            let first = try await browser.enterPassword()
            let cookie = first.headers[values: .setCookie].first { $0.hasPrefix("timus-known=") } ?? ""
            #expect(cookie.contains("Max-Age=31536000"))
            #expect(cookie.contains("HttpOnly"))
            #expect(cookie.contains("SameSite=Lax"))
            let value = browser.cookies["timus-known"]
            browser.cookies["timus"] = nil
            _ = try await browser.enterPassword()
            #expect(browser.cookies["timus-known"] != value)
        }
    }

    @Test func `is let in while a stranger guesses, who is told to wait`() async throws {
        try await Acme.open { acme in
            try await acme.giveRosaPassword()
            let (browser, stranger) = (acme.browser(), acme.browser())
            _ = try await browser.enterPassword()
            browser.cookies["timus"] = nil
            for _ in 0..<3 { _ = try await stranger.enterPassword("rosa@acme.example", "wrong horse!") }

            // All connections of these tests have one address.
            let waits = try await stranger.enterPassword("rosa@acme.example", "wrong horse!")
            #expect(waits.status == .tooManyRequests)
            #expect(waits.headers[.retryAfter] == "1")
            #expect(waits.text.contains("Wait a second and try again: there were too many wrong passwords or codes"))
            #expect(try await stranger.enterPassword().status == .tooManyRequests)

            #expect(try await browser.enterPassword().location == "/")
        }
    }
}

@Suite(.serialized) struct `An administrator's own sign-in` {
    private static let path = "/administrators/me"

    @Test func `gets a second factor, by the app's first code`() async throws {
        let clock = MovedClock()
        try await ManagerConsole.open(now: clock.now) { console in
            let rosa = try #require(try await console.store.administrator(email: "rosa@acme.example"))
            try await console.store.setPassword(of: rosa.id, to: Acme.password, by: .system)
            let browser = try await console.browser()
            let before = browser.cookies["timus"]
            let csrf = try await browser.csrf(of: Self.path)
            #expect(
                try await browser.post(Self.path + "/second-factor", [("csrf", csrf)]).location == Self.path
                    + "/second-factor"
            )
            let page = try await browser.get(Self.path + "/second-factor").text
            #expect(page.contains("otpauth://totp/Timus:rosa%40acme.example?secret="))
            let key = try #require(page.firstMatch(of: /value="((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})"/)).1
            let app = TOTP(secret: try #require(Base32.decode(String(key).typedCode)))

            let wrong = try await browser.post(
                Self.path + "/second-factor/confirmation",
                [("csrf", csrf), ("code", "000000")]
            )
            #expect(wrong.status == .unprocessableContent)
            let on = try await browser.post(
                Self.path + "/second-factor/confirmation",
                [("csrf", csrf), ("code", app.code(at: TOTP.step(at: clock.now())))]
            )

            #expect(on.status == .ok)
            #expect(on.text.matches(of: /<code>([A-Z2-7]{4}-){3}[A-Z2-7]{4}<\/code>/).count == 10)
            #expect(browser.cookies["timus"] != before)
            #expect(try await browser.get(Self.path).text.contains("Turn the second factor off"))
            #expect(try await !browser.get(Self.path + "/second-factor").text.contains("otpauth"))
            let thief = Browser(client: console.client, http: console.http)
            thief.cookies = ["timus": before ?? ""]
            #expect(try await thief.get(Self.path).status == .seeOther)
        }
    }

    @Test func `loses it to who knows password and code, and to nobody else`() async throws {
        let clock = MovedClock()
        try await ManagerConsole.open(now: clock.now) { console in
            let rosa = try #require(try await console.store.administrator(email: "rosa@acme.example"))
            try await console.store.setPassword(of: rosa.id, to: Acme.password, by: .system)
            let proposal = try await console.store.proposeSecondFactor(for: rosa.id)
            let app = TOTP(secret: try #require(Base32.decode(proposal.secret.value.typedCode)))
            _ = try await console.store.confirmSecondFactor(
                of: rosa.id,
                code: app.code(at: TOTP.step(at: clock.now())),
                except: "none"
            )
            let browser = try await console.browser()
            func remove(_ password: String, _ code: String) async throws -> TestResponse {
                clock.advance(60)
                let fields = [("csrf", try await browser.csrf(of: Self.path)), ("password", password), ("code", code)]
                return try await browser.post(Self.path + "/second-factor/removal", fields)
            }
            func code() -> String { app.code(at: TOTP.step(at: clock.now().addingTimeInterval(60))) }

            #expect(try await remove("wrong horse!", code()).status == .unprocessableContent)
            #expect(try await remove(Acme.password, "000000").status == .unprocessableContent)
            #expect(try await console.store.administrator(rosa.id)?.secondFactor == .on)
            let refusals = try await console.store.events(EventQuery()).filter { $0.action == "sign-in.refused" }
            #expect(
                Set(refusals.compactMap(\.reason)) == [
                    "The password was wrong.", "The code of the second factor was wrong.",
                ]
            )
            #expect(refusals.allSatisfy { $0.subject == rosa.email })
            let before = browser.cookies["timus"]
            #expect(try await remove(Acme.password, code()).location == Self.path)
            #expect(try await console.store.administrator(rosa.id)?.secondFactor == .off)
            #expect(browser.cookies["timus"] != before)
        }
    }

    @Test func `is shown again before administrators are changed, five minutes later`() async throws {
        let clock = MovedClock()
        try await ManagerConsole.open(now: clock.now) { console in
            let rosa = try #require(try await console.store.administrator(email: "rosa@acme.example"))
            let vera = try #require(try await console.store.administrator(email: "vera@acme.example"))
            try await console.store.setPassword(of: rosa.id, to: Acme.password, by: .system)
            let browser = try await console.browser()
            let page = "/administrators/\(vera.id)"
            let confirmation = "/administrators/me/confirm?next=%2Fadministrators%2F\(vera.id)"
            #expect(try await browser.get(page).status == .ok)
            clock.advance(301)

            #expect(try await browser.get(page).location == confirmation)
            let csrf = try await browser.csrf(of: "/administrators")
            #expect(try await browser.post(page + "/remove", [("csrf", csrf)]).location == confirmation)
            #expect(try await browser.post(page, [("csrf", csrf), ("role", "owner")]).location == confirmation)
            #expect(try await console.store.administrator(vera.id)?.role == .viewer)

            let fields = [("csrf", csrf), ("next", page)]
            let wrong = try await browser.post(confirmation, fields + [("password", "wrong horse!")])
            #expect(wrong.status == .unprocessableContent)
            let before = browser.cookies["timus"]
            let right = try await browser.post(confirmation, fields + [("password", Acme.password)])
            #expect(right.location == page)
            #expect(browser.cookies["timus"] != before)
            #expect(try await browser.get(page).status == .ok)
        }
    }

    @Test(arguments: ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
    func `leads nowhere else afterwards`(next: String) async throws {
        try await ManagerConsole.open { console in
            let rosa = try #require(try await console.store.administrator(email: "rosa@acme.example"))
            try await console.store.setPassword(of: rosa.id, to: Acme.password, by: .system)
            let browser = try await console.browser()
            let csrf = try await browser.csrf(of: Self.path)

            let answer = try await browser.post(
                Self.path + "/confirm",
                [("csrf", csrf), ("next", next), ("password", Acme.password)]
            )

            #expect(answer.location == Self.path)
        }
    }
}

@Suite struct `A member of an Okta group that is administrators` {
    @Test func `enters Manager through Okta, and is out once they have left the group`() async throws {
        try await Acme.open { acme in
            try await acme.giveRosaPassword()
            let rosa = try #require(try await acme.store.administrator(email: "rosa@acme.example"))
            try await acme.store.setAdministratorGroup(
                acme.engineering.id,
                role: .administrator,
                by: .administrator(rosa)
            )
            let browser = acme.browser()

            let back = try await browser.signIn(as: acme.ana, at: acme)
            #expect(back.location == "/")
            #expect(try await browser.get("/").text == "Manager, for ana.silva@acme.example")

            try await acme.sync([acme.user(acme.ana)], outside: [acme.user(acme.ana).id])
            #expect(try await browser.get("/").location == "/sign-in?next=%2F")
            #expect(try await acme.browser().signIn(as: acme.ana, at: acme).location == "/sign-in/failed/no-group")
        }
    }

    @Test func `enters Accounts without it`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()

            let answer = try await browser.signIn(as: acme.ana, at: acme)

            #expect(answer.location == "/account")
            #expect(try await browser.get("/").status == .seeOther)
        }
    }
}
