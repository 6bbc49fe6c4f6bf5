import ArgumentParser
import ConnectAPI
import Foundation

extension TimusConnect {
    /// E-mail address, networks allowed, choice, then the browser at Okta.
    struct SignIn: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign-in",
            abstract: "Sign in with your e-mail address, through Okta."
        )

        @Argument(help: "Your e-mail address. Asked for where it is missing.")
        var email: String?

        @Option(help: "The network that you want to reach.")
        var network: String?

        @Flag(help: "Do not open a browser; only print the address.")
        var noBrowser = false

        @Flag(help: "For a machine without a browser: show a code to type in a browser elsewhere.")
        var deviceCode = false

        @OptionGroup var serverOption: ServerOption
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let address = try serverOption.address(common)
            let email = try typedEmail()
            try await TimusServer.with(address) { server in
                let device = try common.folder.knownDevice(at: address, email: email)
                let names = try await server.networkNames(for: email, as: device)
                let network = try choice(of: names)
                let tokens = try await tokens(server, email: email)
                let client = ConnectClient(server: server, folder: common.folder)
                let (session, networks) = try await client.finishSignIn(tokens: tokens, network: network)
                if let network, session.network == nil {
                    Terminal.note("note: \(network) is not one of your networks")
                }
                try answer(session, networks)
            }
        }

        private func typedEmail() throws(ConnectError) -> String {
            let hint = "timus-connect sign-in ana@example.com"
            guard let email = email ?? (Terminal.isInteractive ? Terminal.ask("E-mail address:") : nil), !email.isEmpty
            else { throw .wrongUse("The e-mail address is missing", hint: hint) }
            guard EmailAddress.isWellFormed(email) else {
                throw .wrongUse("\(email) is not an e-mail address", hint: hint)
            }
            return email
        }

        /// The network to use; nil where there is none yet, or several and nobody to ask.
        private func choice(of names: NetworkNames) throws(ConnectError) -> String? {
            guard !names.networks.isEmpty else {
                if let notice = names.notice { Terminal.note(notice) }
                return network
            }
            if let network {
                guard let name = names.networks.first(where: { $0.isSameName(as: network) }) else {
                    throw .noSuchNetwork(network, networks: names.networks)
                }
                return name
            }
            guard names.networks.count > 1 else { return names.networks[0] }
            Terminal.note("Networks of \(names.organisation):")
            for (number, name) in names.networks.enumerated() { Terminal.note("  \(number + 1). \(name)") }
            guard Terminal.isInteractive else { return nil }
            while let typed = Terminal.ask("Network (1 to \(names.networks.count)):") {
                if let number = Int(typed), names.networks.indices.contains(number - 1) {
                    return names.networks[number - 1]
                }
                if let name = names.networks.first(where: { $0.isSameName(as: typed) }) { return name }
            }
            throw .wrongUse("No network was chosen", hint: "Name one with --network")
        }

        private func tokens(_ server: TimusServer, email: String) async throws -> SavedTokens {
            if deviceCode {
                return try await DeviceCodeSignIn.run(server: server) { authorization in
                    Terminal.note(
                        "Open \(authorization.verificationURI) in a browser and type \(authorization.userCode)"
                    )
                }
            }
            let browser = noBrowser ? nil : Browser(environment: common.environment)
            return try await LoopbackSignIn.run(server: server, email: email) { request in
                Terminal.note("Continue in the browser if it shows \(request.matchCode):")
                Terminal.note(request.url)
                if browser?.open(request.url) == false {
                    Terminal.note("No browser opened: open the address yourself, or use --device-code.")
                }
            }
        }

        private func answer(_ session: SavedSession, _ networks: NetworkList) throws {
            if common.json {
                return try Terminal.answer(json: Answer(session, networks))
            }
            Terminal.answer("Signed in as \(session.email ?? session.name) at \(session.organisation).")
            if let notice = networks.notice { Terminal.answer(notice) }
            for network in networks.networks {
                Terminal.answer(
                    "\(network.name)  \(network.addressRange)\(network.name == session.network ? "  chosen" : "")"
                )
            }
        }

        private struct Answer: Encodable {
            let signed_in = true
            let server: String
            let organisation: String
            let name: String
            @OrNull var email: String?
            let device: String
            @OrNull var network: String?
            let networks: [Network]

            init(_ session: SavedSession, _ networks: NetworkList) {
                self.server = session.server.origin
                self.organisation = session.organisation
                self.name = session.name
                self._email = OrNull(wrappedValue: session.email)
                self.device = session.device
                self._network = OrNull(wrappedValue: session.network)
                self.networks = networks.networks
            }
        }
    }
}
