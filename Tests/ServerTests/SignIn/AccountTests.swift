import Access
import Directory
import HTTPTypes
import HummingbirdTesting
import NIOCore
import OktaSimulator
import Storage
import Testing

@testable import SignIn

@Suite struct `A user looks at their account` {
    @Test func `and removes a device of theirs`() async throws {
        try await Acme.open { acme in
            let ana = acme.user(acme.ana)
            let device = try await acme.store.enrolDevice(
                user: ana.id,
                name: "ana's laptop",
                publicKey: "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
                platform: "Linux"
            ).device
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            #expect(try await browser.get("/account").text.contains("ana&#39;s laptop"))

            let done = try await browser.post(
                "/account/devices/\(device.id)/remove",
                [("csrf", try await browser.csrf(of: "/account"))]
            )

            #expect(done.location == "/account")
            #expect(try await acme.store.devices(of: ana.id).isEmpty)
        }
    }

    @Test func `and disconnects a device of theirs, which Connect does not take back`() async throws {
        try await Acme.open { acme in
            let ana = acme.user(acme.ana)
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            #expect(try await browser.get("/account").text.contains("Not connected"))
            let connection = try await acme.connection(of: ana.id, key: "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")

            let page = try await browser.get("/account").text
            let csrf = try await browser.csrf(of: "/account")
            let done = try await browser.post("/account/connections/\(connection.id)/end", [("csrf", csrf)])

            #expect(page.contains(connection.address) && page.contains("Disconnect"))
            #expect(done.location == "/account")
            #expect(try await browser.get("/account").text.contains("You were disconnected from Berlin."))
            let closed = try await acme.store.connection(connection.id)
            #expect(closed?.closedBecause == "Disconnected in Accounts.")
            #expect(closed?.isClosedByUser == true)
            #expect(try await acme.store.devices(of: ana.id).count == 1)
        }
    }

    @Test func `and cannot touch what is another's`() async throws {
        try await Acme.open { acme in
            let (ana, ben) = (acme.user(acme.ana), acme.user(acme.ben))
            try await acme.sync([ana, ben])
            let device = try await acme.store.enrolDevice(
                user: ben.id,
                name: "ben's laptop",
                publicKey: "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=",
                platform: "Linux"
            ).device
            let (session, _) = try await acme.store.openSession(
                .user(ben.id),
                kind: .account,
                userAgent: nil,
                address: nil
            )
            let connection = try await acme.connection(
                of: ben.id,
                key: "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM="
            )
            let browser = acme.browser()
            _ = try await browser.signIn(as: acme.ana, at: acme)
            let csrf = try await browser.csrf(of: "/account")

            let cut = try await browser.post("/account/connections/\(connection.id)/end", [("csrf", csrf)])
            let removal = try await browser.post("/account/devices/\(device.id)/remove", [("csrf", csrf)])
            let end = try await browser.post("/account/sessions/\(session.id)/end", [("csrf", csrf)])

            #expect(cut.status == .notFound)
            #expect(removal.status == .notFound)
            #expect(end.status == .notFound)
            #expect(try await acme.store.devices(of: ben.id).map(\.id).contains(device.id))
            #expect(try await acme.store.sessions(of: .user(ben.id)).map(\.id).contains(session.id))
            #expect(try await acme.store.openConnections(of: ben.id).map(\.id) == [connection.id])
        }
    }

    @Test(arguments: [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux, 192.0.2.7"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 "
                + "Edg/140.0",
            "Edge on Windows, 192.0.2.7"
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
            "Safari on iOS, 192.0.2.7"
        ),
        ("timus-connect/1.0 (ana's laptop)", "timus-connect/1.0 (ana's laptop), 192.0.2.7"),
    ])
    func `and reads where they are signed in`(userAgent: String, place: String) async throws {
        try await Acme.open { acme in
            let (session, _) = try await acme.store.openSession(
                .user(acme.user(acme.ana).id),
                kind: .account,
                userAgent: userAgent,
                address: "192.0.2.7"
            )

            #expect(session.place == place)
        }
    }
}

extension Acme {
    /// A connection to Berlin from a new device of the user's.
    fileprivate func connection(of user: User.ID, key: String) async throws -> Connection {
        let device = try await store.enrolDevice(user: user, name: "phone", publicKey: key, platform: "Linux").device
        let session = try await store.openSession(.user(user), kind: .connect, userAgent: nil, address: nil).session
        return try await store.openConnection(device: device.id, site: berlin.id, session: session.id)
    }
}
