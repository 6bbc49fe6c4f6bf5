import ConnectAPI
import Foundation
import Hummingbird
import WebUI

/// The first screen: the e-mail address, and the server where none is known. Who is signed in sees their networks in its place.
struct EmailScreen: Sendable {
    let window: ConnectWindow

    func add(to router: Router<LocalContext>) {
        window.get("", on: router) { isLive in
            if try window.folder.read(SavedSession.self, from: SavedSession.file) != nil {
                return ConnectWindow.seeOther("\(window.home)/connected")
            }
            return await page(isLive: isLive)
        }
        window.post("/email", on: router) { fields, _ in
            await look(up: fields["email"] ?? "", at: fields["server"])
        }
    }

    /// Asks the server for the networks of the address.
    private func look(up typed: String, at typedServer: String?) async -> Path {
        let email = typed.trimmingCharacters(in: .whitespaces)
        await window.change {
            $0.email = email
            $0.names = nil
            $0.network = nil
            $0.typedServer = typedServer ?? ""
        }
        do {
            if let typedServer {
                let server = try ServerAddress(typedServer)
                await window.change { $0.server = server }
            }
            guard let server = await window.memory.server else { throw ConnectError.noServer }
            guard EmailAddress.isWellFormed(email) else { return window.home }
            let device = try window.folder.knownDevice(at: server, email: email)
            do {
                let names = try await TimusServer.with(server) { try await $0.networkNames(for: email, as: device) }
                await window.change { $0.names = names }
            } catch ConnectError.unreachable(let address, let cause) {
                // What was seen last is better than nothing, and only a hint anyway.
                guard let device, device.isOf(email), !device.networks.isEmpty else {
                    throw ConnectError.unreachable(address, cause: cause)
                }
                await window.change {
                    $0.names = device.names
                    $0.notice = .init(.unreachable(address, cause: cause))
                }
            }
            return "\(window.home)/networks"
        } catch let error as ConnectError {
            await window.change { $0.notice = .init(error) }
        } catch {
            await window.change { $0.notice = .init(.signInFailed("It failed", hint: "Try again")) }
        }
        return window.home
    }

    private func page(isLive: Bool) async -> Response {
        let memory = await window.memory
        var ended: Notice?
        if memory.notice == nil, case .signedOut(let why?) = window.tunnel.state() {
            ended = Notice(why, .negative, detail: "You are signed out, and the tunnel is closed.")
        }
        var errors = FormErrors()
        if !memory.email.isEmpty, !EmailAddress.isWellFormed(memory.email) {
            errors.add("Enter your e-mail address, for example ana@example.com", field: "email")
        }
        let server = Field(
            "Timus server",
            name: "server",
            value: memory.typedServer.isEmpty ? memory.server?.origin ?? "" : memory.typedServer,
            kind: .url,
            hint: "Your administrator knows its address, for example https://timus.example.com"
        )
        let email = Field(
            "E-mail address",
            name: "email",
            value: memory.email,
            kind: .email,
            errors: errors,
            autocomplete: "email"
        )
        return await window.page(
            "Timus Connect",
            hasErrors: !errors.isEmpty,
            isLive: isLive,
            """
            \(ended?.html.within("flash"))\(ErrorSummary(errors))
            \(window.form("/email", "\(memory.needsServer ? server.html : .empty)\(email)\(Button("Continue"))"))
            """
        )
    }
}

extension WindowMemory {
    /// Whether the user has to name the server: none is known, or the one that was typed did not answer.
    fileprivate var needsServer: Bool { server == nil || !typedServer.isEmpty }
}
