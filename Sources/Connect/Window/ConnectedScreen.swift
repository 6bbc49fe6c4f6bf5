import ConnectAPI
import Foundation
import Hummingbird
import WebUI

/// The last screen: who is signed in, each network with its connection, and the way out.
struct ConnectedScreen: Sendable {
    let window: ConnectWindow

    func add(to router: Router<LocalContext>) {
        window.get("/connected", on: router) {
            do {
                return try await ConnectClient.signedIn(in: window.folder) { client, session in
                    let status = try await client.server.status(token: session.tokens.access)
                    let networks = try await client.server.networks(token: session.tokens.access)
                    return await page(session, status, networks)
                }
            } catch let error as ConnectError {
                return await failed(error)
            }
        }
        window.post("/connections", on: router) { fields, _ in
            await attempt { client, session in try await connect(to: fields["network"], client, session) }
        }
        window.post("/disconnections", on: router) { fields, _ in
            await attempt { client, session in
                for connection in try await client.disconnect(fields["network"], for: session) {
                    await window.change { $0.notice = .init("Disconnected from \(connection.network).") }
                }
            }
        }
        window.post("/sign-out", on: router) { _, _ in
            await attempt {
                try await ConnectClient.signOut(in: window.folder)
                await window.change {
                    $0.names = nil
                    $0.network = nil
                    $0.notice = .init("You are signed out.")
                }
            }
            return window.home
        }
    }

    /// Opens the connection and keeps its configuration beside the key.
    func connect(to network: String?, _ client: ConnectClient, _ session: SavedSession) async throws(ConnectError) {
        do throws(ConnectError) {
            let (connection, configuration) = try await client.open(network, for: session)
            let text = configuration.text(privateKey: try client.privateKey(of: session.user))
            try PrivateFile.write(
                Data(text.utf8),
                to: window.folder.file(ConfigurationFile.name(for: connection.network))
            )
            await window.change { $0.notice = .init("Connected to \(connection.network).") }
        } catch .refused(let refusal) {
            // The sign-in stands; the screen says why there is no connection.
            await window.change { $0.notice = .init(.refused(refusal)) }
        }
    }

    private func attempt(
        _ body: (ConnectClient, SavedSession) async throws -> Void
    ) async -> Path {
        await attempt { try await ConnectClient.signedIn(in: window.folder, body) }
        return "\(window.home)/connected"
    }

    private func attempt(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch let error as ConnectError {
            await window.change { $0.notice = .init(error) }
        } catch {
            await window.change { $0.notice = .init(.signInFailed("It failed", hint: "Try again")) }
        }
    }

    private func failed(_ error: ConnectError) async -> Response {
        await window.change { $0.notice = .init(error) }
        guard !error.isSignedOut else { return ConnectWindow.seeOther(window.home) }
        return await window.page(
            "Timus Connect",
            "<div class=\"actions\">\(Button("Try again", .secondary, to: "\(window.home)/connected"))</div>"
        )
    }

    private func page(_ session: SavedSession, _ status: ConnectStatus, _ list: NetworkList) async -> Response {
        let here = status.connections.filter { $0.device == session.device }
        let cards = list.networks.map { network in
            card(network, connection: here.first { $0.network == network.name })
        }
        let person = SummaryList([
            .init("Signed in as", "\(isolated: status.email ?? status.name)"),
            .init("Organisation", "\(isolated: status.organisation)"),
        ])
        return await window.page(
            here.isEmpty ? "Networks" : "Connected",
            """
            \(cards.isEmpty ? EmptyState("No networks", list.notice ?? "You may reach no network.").html : HTML.empty)\(cards)
            \(person)
            \(window.form("/sign-out", "<div class=\"actions\">\(Button("Sign out", .secondary))</div>"))
            """
        )
    }

    private func card(_ network: Network, connection: ConnectStatus.Connection?) -> Card {
        let field = "<input type=\"hidden\" name=\"network\" value=\"\(network.name)\">" as HTML
        guard let connection else {
            let note = network.hasGateway ? Badge("Not connected") : Badge("No gateway yet", .warning)
            let connect = Button("Connect", .secondary, context: network.name)
            return Card(
                network.name,
                note: note.html,
                """
                <p>\(network.addressRange). \(network.reason)</p>
                \(window.form("/connections", "\(field)<div class=\"actions\">\(connect)</div>"))
                """
            )
        }
        let file = window.folder.file(ConfigurationFile.name(for: network.name))
        let up = CopyBox("Start the tunnel", value: "sudo wg-quick up '\(file)'", id: "up-\(network.id)")
        let isHere = FileManager.default.fileExists(atPath: file)
        let disconnect = Button("Disconnect", .secondary, context: network.name)
        return Card(
            network.name,
            note: Badge("Connected", .positive).html,
            """
            <p>\(network.addressRange), from \(connection.address). \(network.reason)</p>
            \(isHere ? up : nil)
            \(window.form("/disconnections", "\(field)<div class=\"actions\">\(disconnect)</div>"))
            """
        )
    }
}
