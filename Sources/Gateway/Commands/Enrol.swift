import ArgumentParser
import Foundation
import GatewayAPI

extension TimusGateway {
    /// Makes this machine a gateway.
    struct Enrol: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make this machine the gateway for which a code was made.",
            discussion: """
                The code comes from Sites > Add gateway in Manager; it is good once, for an hour. The key is made here, and \
                its private half stays here. A machine that was enrolled before gets a new key and a new token.
                """
        )

        @Option(help: ArgumentHelp("The address of the Timus server.", valueName: "url"))
        var server: String

        @Option(help: "The code, or - to read it from standard input, where other users cannot see it.")
        var code: String

        @OptionGroup var state: StateOption

        @Option(
            help: "The name of the WireGuard interface. No two on one machine may be the same, in whatever namespace."
        )
        var interface: String = InterfaceName.usual

        @Option(help: "The UDP port; that of the gateway's endpoint where none is given.")
        var listenPort: Int?

        @Flag(help: "Let the site see the peers' own addresses. Its router then needs a route to them.")
        var noMasquerade = false

        @Option(
            help: ArgumentHelp("A PEM file with the certificates to trust in place of the system's.", valueName: "path")
        )
        var caFile: String?

        @Flag(
            help: """
                Take http to a server with a private address. Whoever is on the way can read the token and let themselves \
                into the site.
                """
        )
        var allowHTTP = false

        @Flag(help: "Answer in JSON, with stable fields.")
        var json = false

        func run() async throws {
            let server = try ServerAddress(server, allowsHTTP: allowHTTP)
            guard InterfaceName.isOne(interface) else {
                throw GatewayError.wrongUse(
                    "\(interface) is no name of an interface",
                    hint: "At most 15 letters, digits, - and _, a letter first"
                )
            }
            guard listenPort.map({ (1...65_535).contains($0) }) ?? true else {
                throw GatewayError.wrongUse("\(listenPort ?? 0) is no port", hint: "Give one from 1 to 65535")
            }
            let code = try theCode()
            let folder = state.folder
            try folder.make()
            let lock = try folder.lock()
            defer { close(lock) }
            try takeCertificates(into: folder)
            let key = PrivateKey.made()
            let nextKeyFile = folder.file("key.next")
            // On disk before the code is used up.
            try PrivateFile.write(Data((key.base64 + "\n").utf8), to: nextKeyFile)
            // Where it does not become the key.
            defer { try? PrivateFile.remove(nextKeyFile) }
            let hasCertificates = caFile != nil
            let enrolled = try await TimusServer.with(
                server,
                certificates: hasCertificates ? folder.certificatesFile : nil
            ) { server in
                try await server.enrol(GatewayEnrolment(code: code, publicKey: key.publicKey.base64))
            }
            let settings = try settings(of: enrolled, server)
            try await leaveOld(in: folder, for: settings)
            guard rename(nextKeyFile, folder.keyFile) == 0 else {
                throw GatewayError.cannotWrite(path: folder.keyFile, cause: String(cString: strerror(errno)))
            }
            if !hasCertificates { try PrivateFile.remove(folder.certificatesFile) }
            try folder.forgetPeers()
            try folder.write(settings)
            try answer(settings, enrolled, key)
        }

        private func theCode() throws(GatewayError) -> String {
            let text = code == "-" ? readLine() ?? "" : code
            let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard GatewaySettings.isWord(trimmed) else {
                throw .wrongUse("The code is missing", hint: "Make one in Manager, under Sites, and paste it as it is")
            }
            return trimmed
        }

        private func takeCertificates(into folder: StateFolder) throws(GatewayError) {
            guard let caFile else { return }
            guard let data = FileManager.default.contents(atPath: caFile) else {
                throw .cannotRead(path: caFile, cause: "there is no such file, or another user's")
            }
            try PrivateFile.write(data, to: folder.certificatesFile)
        }

        /// Everything in it is checked, since it comes from outside.
        private func settings(of enrolled: EnrolledGateway, _ server: ServerAddress) throws -> GatewaySettings {
            let endpointPort = enrolled.endpoint.lastIndex(of: ":").flatMap {
                Int(enrolled.endpoint[enrolled.endpoint.index(after: $0)...])
            }
            let settings = GatewaySettings(
                server: server,
                allowsHTTP: allowHTTP,
                id: enrolled.id,
                name: enrolled.name,
                site: enrolled.site,
                token: enrolled.token,
                interface: interface,
                listenPort: listenPort ?? endpointPort ?? 0,
                isMasquerading: !noMasquerade
            )
            do {
                return try GatewaySettings(try JSONEncoder().encode(settings), path: "enrolment")
            } catch GatewayError.settings(_, let cause) {
                throw GatewayError.notTimus(server.origin, answered: "of its enrolment, \(cause)")
            }
        }

        /// An interface of another gateway, or of another name, that this folder made.
        private func leaveOld(in folder: StateFolder, for new: GatewaySettings) async throws(GatewayError) {
            guard let old = try? folder.settings(), let key = try? folder.privateKey(),
                old.id != new.id || old.interface != new.interface
            else { return }
            _ = try await Tunnel(old, key: key, keyFile: folder.keyFile).remove()
        }

        private struct Answer: Encodable {
            let gateway: String
            let site: String
            let endpoint: String
            let public_key: String
            let interface: String
            let listen_port: Int
        }

        private func answer(_ settings: GatewaySettings, _ enrolled: EnrolledGateway, _ key: PrivateKey) throws {
            guard !json else {
                return try Terminal.answer(
                    json: Answer(
                        gateway: settings.name,
                        site: settings.site,
                        endpoint: enrolled.endpoint,
                        public_key: key.publicKey.base64,
                        interface: settings.interface,
                        listen_port: settings.listenPort
                    )
                )
            }
            Terminal.answer("Enrolled as \(settings.name), a gateway of \(settings.site).")
            Terminal.answer("Next: timus-gateway run")
        }
    }
}
