import ConnectAPI
import Foundation
import Hummingbird
import WebUI

/// The last screen: what the tunnel is doing, the networks, who is signed in, and the way out.
struct ConnectedScreen: Sendable {
    let window: ConnectWindow

    func add(to router: Router<LocalContext>) {
        window.get("/connected", on: router) { isLive in
            guard let session = try window.folder.read(SavedSession.self, from: SavedSession.file) else {
                await window.change { $0.leave() }
                return ConnectWindow.seeOther(window.home)
            }
            let tunnel = window.tunnel.state()
            do {
                let seen = try await window.networks(isLive: isLive, isServerAway: tunnel.isServerAway)
                return await page(session, tunnel, seen, isLive: isLive)
            } catch let error as ConnectError {
                await window.change {
                    $0.leave()
                    $0.notice = .init(error)
                }
                return ConnectWindow.seeOther(window.home)
            }
        }
        window.post("/connections", on: router) { fields, _ in
            await attempt {
                try await ConnectClient.signedIn(in: window.folder) { client, session in
                    try await connect(to: fields["network"], client, session)
                }
            }
        }
        window.post("/disconnections", on: router) { fields, _ in
            await attempt { try await disconnect(fields["network"]) }
        }
        window.post("/sign-out", on: router) { _, _ in
            _ = await attempt {
                if window.tunnel.state().network != nil { try await window.tunnel.disconnect() }
            }
            _ = await attempt {
                try await ConnectClient.signOut(in: window.folder)
                await window.change {
                    $0.leave()
                    $0.notice = .init("You are signed out.")
                }
            }
            return window.home
        }
    }

    /// Brings the tunnel up; where this window may not, opens the connection and keeps the file that `wg-quick` takes.
    func connect(to network: String?, _ client: ConnectClient, _ session: SavedSession) async throws {
        do {
            guard !window.tunnel.isOurs() else {
                guard let name = network ?? session.network else { return }
                return try await window.tunnel.connect(name)
            }
            let (connection, configuration) = try await client.open(network, for: session)
            let text = configuration.text(privateKey: try client.privateKey(of: session.user))
            let file = window.folder.file(ConfigurationFile.name(for: connection.network))
            try PrivateFile.write(Data(text.utf8), to: file)
            await window.change {
                $0.notice = .init(
                    "The connection to \(connection.network) is open.",
                    detail: "This window has no rights over the machine's network: bring the tunnel up in a terminal."
                )
            }
        } catch ConnectError.refused(let refusal) {
            // The sign-in stands; the screen says why there is no connection.
            await window.change { $0.notice = .init(.refused(refusal)) }
        }
    }

    /// - Parameter network: nil for that of the tunnel.
    private func disconnect(_ network: String?) async throws {
        let tunnel = window.tunnel.state()
        if let name = tunnel.network, network == nil || network == name {
            try await window.tunnel.disconnect()
            return await window.change { $0.notice = .init("Disconnected from \(name).") }
        }
        try await ConnectClient.signedIn(in: window.folder) { client, session in
            for connection in try await client.disconnect(network, for: session) {
                await window.change { $0.notice = .init("Disconnected from \(connection.network).") }
            }
        }
    }

    private func attempt(_ body: () async throws -> Void) async -> Path {
        do {
            try await body()
        } catch let error as ConnectError {
            await window.change { $0.notice = .init(error) }
        } catch {
            await window.change { $0.notice = .init(.signInFailed("It failed", hint: "Try again")) }
        }
        await window.change { $0.forget() }
        return "\(window.home)/connected"
    }

    private func page(
        _ session: SavedSession,
        _ tunnel: ShownTunnel,
        _ seen: SeenNetworks?,
        isLive: Bool
    ) async -> Response {
        let part = TunnelPart(tunnel: tunnel, now: window.now())
        let cards = seen.map { NetworkCards(window: window, seen: $0, tunnel: tunnel, device: session.device).html }
        let person = SummaryList([
            .init("Signed in as", "\(isolated: session.email ?? session.name)"),
            .init("Organisation", "\(isolated: session.organisation)"),
        ])
        return await window.page(
            part.title,
            isFollowing: true,
            isLive: isLive,
            """
            \(part)<div class="stack">\(await trouble(tunnel))\(button(tunnel))\(cards)\(person)\
            \(window.form("/sign-out", "<div class=\"actions\">\(Button("Sign out", .secondary))</div>"))</div>
            """
        )
    }

    private func button(_ tunnel: ShownTunnel) -> HTML {
        let button =
            switch tunnel {
            case .none, .signedOut, .cut(_, _, _, isTriedAgain: false): nil as Button?
            case .connecting: Button("Cancel", .secondary)
            case .connected, .reconnecting: Button("Disconnect")
            case .cut: Button("Stop trying", .secondary)
            }
        guard let button else { return .empty }
        return "\(window.form("/disconnections", "<div class=\"actions\">\(button)</div>"))"
    }

    /// Why the server could not be asked; the tunnel says it in its own words where there is one.
    private func trouble(_ tunnel: ShownTunnel) async -> HTML {
        guard !tunnel.isServerAway, let said = await window.memory.trouble else { return .empty }
        let again = Button("Try again", .secondary, to: "\(window.home)/connected")
        return "\(said.html)<div class=\"actions\">\(again)</div>"
    }
}
