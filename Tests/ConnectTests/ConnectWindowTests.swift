import ConnectAPI
import Foundation
import Testing

@testable import Connect

@Suite struct `Connect's window` {
    private let folder = StateFolder(path: NSTemporaryDirectory() + "timus-connect-\(UUID().uuidString)")

    @Test func `answers only under its secret address`() async throws {
        let window = ConnectWindow(folder: folder, tunnel: .none, server: nil, email: nil)
        try await LocalServer.serving(window.router()) { port in
            let right = try await WindowBrowser(port).get("\(window.home)")
            let wrong = try await WindowBrowser(port).get("/window/guess")
            let root = try await WindowBrowser(port).get("/")

            #expect(right.status == 200)
            #expect(right.text.contains("E-mail address"))
            #expect(wrong.status == 404)
            #expect(root.status == 404)
        }
    }

    @Test func `refuses a page that had its own name point here`() async throws {
        let window = ConnectWindow(folder: folder, tunnel: .none, server: nil, email: nil)
        try await LocalServer.serving(window.router()) { port in
            let rebound = try await WindowBrowser(port).get("\(window.home)", host: "evil.example:\(port)")

            #expect(rebound.status == 400)
        }
    }

    @Test func `refuses a form that is not its own`() async throws {
        let window = ConnectWindow(folder: folder, tunnel: .none, server: nil, email: nil)
        try await LocalServer.serving(window.router()) { port in
            let csrf = try await WindowBrowser(port).csrf(of: window)
            let path = "\(window.home)/sign-out"

            let withoutToken = try await WindowBrowser(port).post(path, [:])
            let fromElsewhere = try await WindowBrowser(port).post(path, ["csrf": csrf], origin: "http://evil.example")
            let ours = try await WindowBrowser(port).post(path, ["csrf": csrf])

            #expect(withoutToken.status == 403)
            #expect(fromElsewhere.status == 403)
            #expect(ours.status == 303)
        }
    }

    @Test func `takes ana from her e-mail address to Berlin`() async throws {
        try await LocalServer.serving(TestServer().router()) { serverPort in
            let server = try ServerAddress("http://127.0.0.1:\(serverPort)")
            let window = ConnectWindow(folder: folder, tunnel: .none, server: server, email: nil)
            try await LocalServer.serving(window.router()) { port in
                let csrf = try await WindowBrowser(port).csrf(of: window)

                _ = try await WindowBrowser(port).post(
                    "\(window.home)/email",
                    ["csrf": csrf, "email": "ana@acme.example"]
                )
                let networks = try await WindowBrowser(port).get("\(window.home)/networks")
                _ = try await WindowBrowser(port).post("\(window.home)/network", ["csrf": csrf, "network": "Berlin"])
                let signIn = try await WindowBrowser(port).get("\(window.home)/sign-in")
                let address = try #require(signIn.refresh?.split(separator: "url=").last)
                let connected = try await WindowBrowser.follow(String(address))

                #expect(networks.text.contains("Networks allowed for ana@acme.example"))
                #expect(networks.text.contains("Berlin"))
                #expect(connected.text.contains("The connection to Berlin is open."))
                #expect(connected.text.contains("timus-berlin.conf"))
                #expect(try folder.read(SavedSession.self, from: SavedSession.file)?.network == "Berlin")
            }
        }
    }

    @Test func `shows the networks of the last sign-in when the server does not answer`() async throws {
        let port = try await LocalServer.serving(TestServer().router()) { $0 }
        let server = try ServerAddress("http://127.0.0.1:\(port)")
        try folder.know(
            KnownDevice(
                server: server,
                user: "00u1",
                email: "ana@acme.example",
                token: TestServer.deviceToken,
                organisation: "Acme",
                networks: ["Berlin"]
            )
        )
        let window = ConnectWindow(folder: folder, tunnel: .none, server: server, email: nil)
        try await LocalServer.serving(window.router()) { port in
            let csrf = try await WindowBrowser(port).csrf(of: window)

            _ = try await WindowBrowser(port).post("\(window.home)/email", ["csrf": csrf, "email": "ana@acme.example"])
            let ana = try await WindowBrowser(port).get("\(window.home)/networks")
            _ = try await WindowBrowser(port).post("\(window.home)/email", ["csrf": csrf, "email": "ben@acme.example"])
            let ben = try await WindowBrowser(port).get("\(window.home)")

            #expect(ana.text.contains("Berlin"))
            #expect(ana.text.contains("cannot be reached"))
            #expect(!ben.text.contains("Berlin"))
            #expect(ben.text.contains("cannot be reached"))
        }
    }

    @Test func `gives the code to the server that was asked, and to no other`() async throws {
        let other = TestServer()
        try await LocalServer.serving(other.router()) { otherPort in
            let otherServer = try ServerAddress("http://127.0.0.1:\(otherPort)")
            try await LocalServer.serving(TestServer().router()) { serverPort in
                let server = try ServerAddress("http://127.0.0.1:\(serverPort)")
                let window = ConnectWindow(folder: folder, tunnel: .none, server: server, email: nil)
                try await LocalServer.serving(window.router()) { port in
                    let csrf = try await WindowBrowser(port).csrf(of: window)
                    _ = try await WindowBrowser(port).post(
                        "\(window.home)/email",
                        ["csrf": csrf, "email": "ana@acme.example"]
                    )
                    _ = try await WindowBrowser(port).post(
                        "\(window.home)/network",
                        ["csrf": csrf, "network": "Berlin"]
                    )
                    let signIn = try await WindowBrowser(port).get("\(window.home)/sign-in")
                    let address = try #require(signIn.refresh?.split(separator: "url=").last)

                    await window.change { $0.server = otherServer }
                    _ = try await WindowBrowser.follow(String(address))

                    #expect(await other.isSignedIn == false)
                    #expect(try folder.read(SavedSession.self, from: SavedSession.file)?.server == server)
                }
            }
        }
    }

    @Test func `shows why the server did not let the user in`() async throws {
        try await LocalServer.serving(TestServer().router()) { serverPort in
            let server = try ServerAddress("http://127.0.0.1:\(serverPort)")
            let window = ConnectWindow(folder: folder, tunnel: .none, server: server, email: nil)
            try await LocalServer.serving(window.router()) { port in
                let csrf = try await WindowBrowser(port).csrf(of: window)
                _ = try await WindowBrowser(port).post(
                    "\(window.home)/email",
                    ["csrf": csrf, "email": "ana@acme.example"]
                )
                _ = try await WindowBrowser(port).post("\(window.home)/network", ["csrf": csrf, "network": "Berlin"])
                let state = try #require(await window.memory.request?.state)

                let page = try await WindowBrowser.follow(
                    "http://127.0.0.1:\(port)/callback?state=\(state)&error=access_denied"
                        + "&error_description=You+are+not+assigned.+Ask+your+administrator."
                )

                #expect(page.text.contains("You are not assigned."))
                #expect(page.text.contains("Ask your administrator."))
            }
        }
    }

    @Test func `does not let a second answer in`() async throws {
        try await LocalServer.serving(TestServer().router()) { serverPort in
            let window = ConnectWindow(
                folder: folder,
                tunnel: .none,
                server: try ServerAddress("http://127.0.0.1:\(serverPort)"),
                email: nil
            )
            try await LocalServer.serving(window.router()) { port in
                let made = try await WindowBrowser(port).get("/callback?code=one&state=guess")

                #expect(made.status == 400)
            }
        }
    }
}
