import ConnectAPI
import Foundation
import Synchronization
import Testing
import WebUI

@testable import Connect

@Suite struct `The window shows the tunnel` {
    private let folder = StateFolder(path: NSTemporaryDirectory() + "timus-connect-\(UUID().uuidString)")

    private static let now = Date()

    private static let berlin = ShownTunnel.Open(
        network: "Berlin",
        address: "100.64.0.2",
        gateway: "gate.acme.example:51820",
        since: Date(timeInterval: -240, since: now),
        lastHandshakeAt: Date(timeInterval: -31, since: now),
        received: 34_000_000,
        sent: 1200,
        serverAwaySince: nil
    )

    private static var away: ShownTunnel.Open {
        var open = berlin
        open.serverAwaySince = Date(timeInterval: -125, since: now)
        return open
    }

    @Test(arguments: [
        (ShownTunnel.none, ["<h1><bdi>Networks</bdi></h1>", "Berlin", "Connect"], ["Disconnect"]),
        (.connecting(network: "Berlin"), ["Connecting to Berlin", "Waiting for the gateway", "Cancel"], []),
        (
            .connected(berlin),
            [
                "Connected to Berlin", "100.64.0.2", "gate.acme.example:51820", "4 minutes ago", "31 seconds ago",
                "34 MB",
                "1.2 kB", "Disconnect",
            ], ["last answered"]
        ),
        (.connected(away), ["Server away", "The server last answered 2 minutes ago."], []),
        (
            .reconnecting(network: "Berlin", because: "The gateway does not answer."),
            ["Reconnecting to Berlin", "The gateway does not answer.", "Disconnect"], []
        ),
        (
            .cut(network: "Berlin", because: "Okta: your account was suspended.", at: nil, isTriedAgain: true),
            ["Cut off from Berlin", "Okta: your account was suspended.", "Stop trying"], ["Connected to"]
        ),
    ])
    func `as it stands`(tunnel: ShownTunnel, shown: [String], hidden: [String]) async throws {
        try await signedIn(.showing(tunnel)) { browser, window, _ in
            let page = try await browser.get("\(window.home)/connected")

            #expect(page.status == 200)
            for words in shown { #expect(page.text.contains(words), "\(words) is missing") }
            for words in hidden { #expect(!page.text.contains(words), "\(words) is there") }
            #expect(page.text.contains("Sign out"))
            #expect(page.text.contains("data-live"))
            #expect(page.text.contains("<noscript><meta http-equiv=\"refresh\""))
            expectNoCode(in: page.text)
        }
    }

    @Test func `in a part with another name when it changes, so that the buttons change too`() async throws {
        let parts = [ShownTunnel.none, .connecting(network: "Berlin"), .connected(Self.berlin)].map {
            TunnelPart(tunnel: $0, now: Date()).html.text.prefix { $0 != ">" }
        }

        #expect(Set(parts).count == 3)
    }

    @Test func `asks the server not at each look of the script`() async throws {
        try await signedIn(.showing(.connected(Self.berlin))) { browser, window, server in
            _ = try await browser.get("\(window.home)/connected")
            await server.endSession()

            let followed = try await browser.get("\(window.home)/connected", isLive: true)
            await window.change { $0.forget() }
            let left = try await browser.get("\(window.home)/connected", isLive: true)

            #expect(followed.status == 200)
            #expect(left.status == 303)
            #expect(left.location == "\(window.home)")
        }
    }

    @Test func `keeps what it has to say for the page that the user sees`() async throws {
        try await signedIn(.none) { browser, window, _ in
            await window.change { $0.notice = .init("Disconnected from Berlin.") }

            let script = try await browser.get("\(window.home)/connected", isLive: true)
            let user = try await browser.get("\(window.home)/connected")
            let again = try await browser.get("\(window.home)/connected")

            #expect(script.text.contains("Disconnected from Berlin."))
            #expect(user.text.contains("Disconnected from Berlin."))
            #expect(!again.text.contains("Disconnected from Berlin."))
        }
    }

    @Test func `still, when the server does not answer`() async throws {
        let port = try await LocalServer.serving(TestServer().router()) { $0 }
        try save(sessionAt: ServerAddress("http://127.0.0.1:\(port)"))
        let window = ConnectWindow(folder: folder, tunnel: .showing(.connected(Self.berlin)), server: nil, email: nil)
        try await LocalServer.serving(window.router()) { port in
            let page = try await WindowBrowser(port).get("\(window.home)/connected")

            #expect(page.text.contains("Connected to Berlin"))
            #expect(page.text.contains("cannot be reached"))
            #expect(page.text.contains("Disconnect"))
        }
    }

    @Test func `no more once the user is signed out, and says why`() async throws {
        let tunnel = TunnelSwitch.showing(.signedOut(because: "Okta: your account was deactivated."))
        let window = ConnectWindow(folder: folder, tunnel: tunnel, server: nil, email: nil)
        try await LocalServer.serving(window.router()) { port in
            let connected = try await WindowBrowser(port).get("\(window.home)/connected", isLive: true)
            let home = try await WindowBrowser(port).get("\(window.home)")

            #expect(connected.location == "\(window.home)")
            #expect(home.text.contains("Okta: your account was deactivated."))
            #expect(home.text.contains("E-mail address"))
        }
    }

    @Test func `turns it on, to another network, and off`() async throws {
        let log = Log()
        try await signedIn(log.tunnel, networks: ["Berlin", "Porto"]) { browser, window, _ in
            let csrf = try await browser.csrf(of: window)
            for (path, fields) in [
                ("connections", ["network": "Berlin"]), ("connections", ["network": "Porto"]), ("disconnections", [:]),
            ] {
                let answer = try await browser.post("\(window.home)/\(path)", fields.merging(["csrf": csrf]) { $1 })
                #expect(answer.location == "\(window.home)/connected")
            }
            let page = try await browser.get("\(window.home)/connected")

            #expect(log.lines == ["connect Berlin", "connect Porto", "disconnect"])
            #expect(page.text.contains("Disconnected from Porto."))
        }
    }

    @Test func `turns nothing on for a form of somebody else`() async throws {
        let log = Log()
        try await signedIn(log.tunnel) { browser, window, _ in
            for path in ["connections", "disconnections", "sign-out"] {
                let answer = try await browser.post("\(window.home)/\(path)", ["network": "Berlin", "csrf": "guess"])
                #expect(answer.status == 403)
            }
            #expect(log.lines.isEmpty)
        }
    }

    @Test func `gives the commands where it has no rights`() async throws {
        try await signedIn(.none) { browser, window, _ in
            let csrf = try await browser.csrf(of: window)

            _ = try await browser.post("\(window.home)/connections", ["csrf": csrf, "network": "Berlin"])
            let page = try await browser.get("\(window.home)/connected")

            #expect(page.text.contains("timus-connect connect Berlin"))
            #expect(page.text.contains("sudo wg-quick up \(folder.path)/timus-berlin.conf"))
            #expect(page.text.contains("Disconnect"))
        }
    }

    @Test(arguments: [
        ("Berlin", "Berlin"), ("Berlin 2", "'Berlin 2'"), ("$(reboot)", "'$(reboot)'"), ("it's", "'it'\\''s'"),
        ("a\nreboot", "areboot"), ("--help", "'--help'"), ("", "''"),
    ])
    func `and a network's name is one word of a command`(name: String, word: String) {
        #expect(ShellWord.quoted(name) == word)
    }

    /// Turns a tunnel on and off in words only.
    private final class Log: Sendable {
        private let said = Mutex<(lines: [String], network: String?)>(([], nil))

        var lines: [String] { said.withLock { $0.lines } }

        var tunnel: TunnelSwitch {
            TunnelSwitch(
                isOurs: { true },
                state: { self.said.withLock { $0.network }.map { .connecting(network: $0) } ?? .none },
                connect: { name in
                    self.said.withLock {
                        $0.lines.append("connect \(name)")
                        $0.network = name
                    }
                },
                disconnect: {
                    self.said.withLock {
                        $0.lines.append("disconnect")
                        $0.network = nil
                    }
                }
            )
        }
    }

    private func signedIn(
        _ tunnel: TunnelSwitch,
        networks: [String] = ["Berlin"],
        _ body: @escaping @Sendable (WindowBrowser, ConnectWindow, TestServer) async throws -> Void
    ) async throws {
        let server = TestServer(networks: networks)
        try await LocalServer.serving(server.router()) { serverPort in
            let address = try ServerAddress("http://127.0.0.1:\(serverPort)")
            let window = ConnectWindow(folder: folder, tunnel: tunnel, server: address, email: nil) { Self.now }
            try await LocalServer.serving(window.router()) { port in
                try save(sessionAt: address, tokens: await server.signIn())
                try await body(WindowBrowser(port), window, server)
            }
        }
    }

    private func save(
        sessionAt server: ServerAddress,
        tokens: SavedTokens = SavedTokens(access: "access", refresh: nil, accessExpiresAt: nil)
    ) throws {
        let status = ConnectStatus(
            organisation: "Acme",
            user: "00u1",
            name: "ana",
            email: "ana@acme.example",
            sessionExpiresAt: .distantFuture,
            connections: []
        )
        let session = SavedSession(status, at: server, device: "device", network: nil, tokens: tokens)
        try folder.write(session, to: SavedSession.file)
    }

    /// Scripts come from our own file, and nothing runs from within the page.
    private func expectNoCode(in page: String) {
        #expect(page.components(separatedBy: "<script").count == 2)
        #expect(!page.contains("style=\""))
        #expect(!page.contains("javascript:"))
        #expect(page.firstMatch(of: /\son[a-z]+="/) == nil)
    }
}

extension TunnelSwitch {
    static func showing(_ tunnel: ShownTunnel) -> TunnelSwitch {
        TunnelSwitch(isOurs: { true }, state: { tunnel }, connect: { _ in }, disconnect: {})
    }
}
