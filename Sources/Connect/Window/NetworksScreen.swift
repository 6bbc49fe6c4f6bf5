import ConnectAPI
import Foundation
import Hummingbird
import WebUI

/// The second screen: the networks that are allowed for the address, and the choice of one.
struct NetworksScreen: Sendable {
    let window: ConnectWindow

    func add(to router: Router<LocalContext>) {
        window.get("/networks", on: router) { _ in
            let memory = await window.memory
            guard let names = memory.names else { return ConnectWindow.seeOther(window.home) }
            return await page(names, memory)
        }
        window.post("/network", on: router) { fields, context in
            let memory = await window.memory
            guard let server = memory.server, let names = memory.names, let host = context.host else {
                return window.home
            }
            let network = fields["network"].flatMap { names.networks.contains($0) ? $0 : nil }
            guard network != nil || names.networks.isEmpty else {
                await window.change { $0.notice = .init(.wrongUse("No network was chosen", hint: "Choose one")) }
                return "\(window.home)/networks"
            }
            let request = AuthorizationRequest(
                server: server,
                email: memory.email,
                deviceName: Machine.name,
                redirectURI: "http://\(host)/callback"
            )
            await window.change {
                $0.network = network
                $0.request = request
            }
            return "\(window.home)/sign-in"
        }
    }

    private func page(_ names: NetworkNames, _ memory: WindowMemory) async -> Response {
        let back = "<p>\(Link("Use another e-mail address", to: "\(window.home)"))</p>" as HTML
        guard !names.networks.isEmpty else {
            guard names.shown == .networks else {
                return await window.page(
                    names.organisation,
                    """
                    <p>\(names.notice ?? "Your networks are shown after the sign-in.")</p>
                    \(window.form("/network", "<div class=\"actions\">\(Button("Sign in"))</div>"))
                    \(back)
                    """
                )
            }
            return await window.page(
                "Networks",
                """
                <p>\(names.notice ?? "No networks are listed for this address.")</p>
                <p>Check the address. You can also sign in at Okta: you then learn what is missing.</p>
                \(window.form("/network", "<div class=\"actions\">\(Button("Sign in"))</div>"))
                \(back)
                """
            )
        }
        let choices = names.networks.map { name in
            Choice(name, value: name, isChosen: name == memory.network || names.networks.count == 1)
        }
        let group = RadioGroup("Networks allowed for \(memory.email)", name: "network", options: choices)
        return await window.page(
            "Networks",
            """
            \(window.form("/network", "\(group)<div class=\"actions\">\(Button("Continue"))</div>"))
            \(back)
            """
        )
    }
}
