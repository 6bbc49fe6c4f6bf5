import ConnectAPI
import Foundation
import WebUI

/// The networks that the user may reach, each with what can be done about it.
struct NetworkCards: Sendable {
    let window: ConnectWindow
    let seen: SeenNetworks
    let tunnel: ShownTunnel
    /// The id under which the server knows this machine.
    let device: String

    /// All of them where there is no tunnel; else the others, folded away.
    var html: HTML {
        let others = seen.list.networks.filter { $0.name != tunnel.network }
        guard tunnel.network != nil else {
            guard others.isEmpty else { return "\(others.map(card))" }
            return "\(EmptyState("No networks", seen.list.notice ?? "You may reach no network."))"
        }
        guard !others.isEmpty else { return .empty }
        let isOneOpen = others.contains { connection(to: $0) != nil }
        return "\(Disclosure("Change network", isOpen: isOneOpen, "<div class=\"stack\">\(others.map(card))</div>"))"
    }

    /// What the server has open from this machine: by the tunnel of ours, or for a configuration that was given out.
    private func connection(to network: Network) -> ConnectStatus.Connection? {
        seen.status.connections.first { $0.device == device && $0.network == network.name }
    }

    private func card(_ network: Network) -> Card {
        let range = "<span class=\"mono\">\(network.addressRange)</span>" as HTML
        let connect = form("/connections", network, Button("Connect", .secondary, context: network.name))
        guard let open = connection(to: network) else {
            let note = network.hasGateway ? nil : Badge("No gateway yet", .warning)
            return Card(network.name, note: "\(note)", "<p>\(range) · \(network.reason)</p>\(connect)")
        }
        let disconnect = form("/disconnections", network, Button("Disconnect", .secondary, context: network.name))
        let address = "<span class=\"mono\">\(open.address)</span>" as HTML
        return Card(
            network.name,
            note: "\(Badge("Open", .info))",
            """
            <p>\(range) from \(address) · \(network.reason)</p>
            \(window.tunnel.isOurs() ? "\(connect)" : commands(network))\(disconnect)
            """
        )
    }

    private func form(_ path: String, _ network: Network, _ button: Button) -> PostForm {
        let field = "<input type=\"hidden\" name=\"network\" value=\"\(network.name)\">" as HTML
        return window.form(path, "\(field)<div class=\"actions\">\(button)</div>")
    }

    /// How to bring the tunnel up, where this window may not.
    private func commands(_ network: Network) -> HTML {
        let name = ShellWord.quoted(network.name)
        let command = "timus-connect connect \(name)"
        let connect = CopyBox("Bring the tunnel up in a terminal", value: command, id: "up-\(network.id)")
        let file = window.folder.file(ConfigurationFile.name(for: network.name))
        guard FileManager.default.fileExists(atPath: file) else { return "\(connect)" }
        let quoted = ShellWord.quoted(file)
        let quick: HTML = """
            \(CopyBox("Start it", value: "sudo wg-quick up \(quoted)", id: "quick-up-\(network.id)"))\
            \(CopyBox("Stop it", value: "sudo wg-quick down \(quoted)", id: "quick-down-\(network.id)"))\
            <p class="hint">Started this way, the tunnel is not followed: this page cannot say how it is.</p>
            """
        return "\(connect)\(Disclosure("Use wg-quick in its place", quick))"
    }
}
