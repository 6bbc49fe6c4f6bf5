import Directory
import HTTPTypes
import HummingbirdTesting
import NIOCore
import OktaSimulator
import Storage
import Testing

@testable import SignIn

@Suite struct `The session's cookie` {
    @Test(arguments: [
        ("https://timus.acme.example", "__Host-timus", true), ("http://127.0.0.1:8420/", "timus", false),
    ])
    func `belongs to one host where there is TLS`(publicURL: String, name: String, isSecure: Bool) {
        let settings = WebSettings(publicURL: publicURL)

        #expect(settings.cookieName("timus") == name)
        #expect(settings.isSecure == isSecure)
        #expect(settings.redirectURI.hasSuffix("/user/external"))
        #expect(!settings.redirectURI.contains("//user"))
    }

    @Test func `counts for nothing when it came twice, as from a sibling host`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            let token = try #require(browser.cookies["timus-account"])

            let once = try await acme.client.execute(
                uri: "/account",
                method: .get,
                headers: [.cookie: "timus-account=\(token)"]
            )
            let twice = try await acme.client.execute(
                uri: "/account",
                method: .get,
                headers: [.cookie: "timus-account=\(token); timus-account=\(token)"]
            )

            #expect(once.status == .ok)
            #expect(twice.status == .seeOther)
        }
    }

    @Test func `of Manager and of Accounts live side by side`() async throws {
        try await Acme.open { acme in
            let rosa = try #require(try await acme.store.administrator(email: "rosa@acme.example"))
            try await acme.store.linkAdministrator(rosa.id, to: acme.user(acme.ana).id, by: .system)
            let browser = acme.browser()

            _ = try await browser.signIn(as: acme.ana, at: acme, next: "/")
            _ = try await browser.signIn(as: acme.ana, at: acme, next: "/account")

            #expect(try await browser.get("/").text == "Manager, for rosa@acme.example")
            #expect(try await browser.get("/account").status == .ok)
        }
    }
}

@Suite struct `A sentence for the next page` {
    @Test func `is shown once`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            let csrf = try await browser.csrf(of: "/account")

            _ = try await browser.post("/account/sessions/end-others", [("csrf", csrf)])
            let first = try await browser.get("/account")
            let second = try await browser.get("/account")

            #expect(first.text.contains("0 other sessions were signed out."))
            #expect(!second.text.contains("0 other sessions were signed out."))
        }
    }

    @Test func `is not shown when somebody else wrote it`() async throws {
        try await Acme.open { acme in
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            browser.cookies["timus-account-flash"] = "ZG9uZSBDYWxsIDU1NQ.AAAA"

            #expect(!(try await browser.get("/account").text.contains("Call 555")))
        }
    }
}

@Suite struct `A form` {
    @Test func `gives what was typed, and what was meant`() throws {
        let form = try #require(Form(encoded: "name=+Ana+%26+Ben%20&group=a&group=b&empty=&flag"))

        #expect(form.typed("name") == " Ana & Ben ")
        #expect(form.value("name") == "Ana & Ben")
        #expect(form.values("group") == ["a", "b"])
        #expect(form.once("group") == nil)
        #expect(form.optional("empty") == nil)
        #expect(form.has("flag"))
        #expect(!form.has("other"))
        #expect(form.value("other").isEmpty)
    }

    @Test(arguments: ["a=%zz", "a=%f", "a=%ff%fe", "%c0%ae=x"])
    func `is refused where it cannot be read`(text: String) {
        #expect(Form(encoded: text) == nil)
    }
}
