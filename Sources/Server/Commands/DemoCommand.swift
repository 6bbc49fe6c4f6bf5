import ArgumentParser
import Foundation
import Logging
import OktaSimulator
import SignIn
import Storage
import Sync

/// `timus demo`: the server and an Okta simulator in one process.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the server with an Okta simulator beside it.",
        discussion: """
            By default Timus is connected to the simulated org "Acme" and synchronized. With --fresh nothing is connected \
            yet, so that the guide can be walked. Everything listens on this machine only.
            """
    )

    @Option(help: "The port of the server; 0 takes a free one.")
    var port = 8080

    @Option(help: "The port of the Okta simulator; 0 takes a free one.")
    var oktaPort = 8081

    @Option(
        help: ArgumentHelp(
            "Where to keep the database; by default a folder that is removed at the end.",
            valueName: "dir"
        )
    )
    var data: String?

    @Flag(help: "Connect nothing, so that the guide can be walked.")
    var fresh = false

    @Flag(help: "Print one line of JSON when ready.")
    var json = false

    func validate() throws {
        guard (0...65535).contains(port), (0...65535).contains(oktaPort) else {
            throw ValidationError("Ports are 0 to 65535.")
        }
    }

    func run() async throws {
        let folder = try DemoFolder(data)
        defer { folder.removeIfTemporary() }
        let listener = try await Listener.bound(host: "127.0.0.1", port: port)
        let oktaListener = try await Listener.bound(
            host: "127.0.0.1",
            port: oktaPort,
            flag: "--okta-port",
            otherThan: listener.port
        )
        let settings = WebSettings(publicURL: listener.address, allowLocalOkta: true)
        let org = Org.acme()
        let integration = try org.integrateTimus(
            redirectURI: settings.redirectURI,
            signOutRedirectURIs: [settings.signOutRedirectURI]
        )
        let store = try await Store.open(
            at: folder.path("timus.sqlite"),
            organisation: "Acme",
            vault: try Vault.load(file: folder.path("timus.key"))
        )
        let wiring = Wiring(store: store, settings: settings, intervals: .init(), logger: .timus("timus"))
        let demo = Demo(wiring: wiring, okta: oktaListener.address, integration: integration)
        let simulator = try Simulator(org: org, port: oktaListener.port)
        let sayJSON = json
        let isFresh = fresh
        let people = org.sampleLogins(limit: 20)
        try await wiring.serve(on: listener, beside: [simulator]) { _ in
            do {
                let guide = try await demo.prepare(isFresh: isFresh, people: people)
                if sayJSON {
                    try Standard.answer(json: guide, pretty: false)
                } else {
                    guide.lines(isFresh: isFresh).forEach(Standard.answer)
                }
            } catch {
                // Where the server itself is ending, that is the error to tell, not what it interrupted here.
                if !Task.isCancelled { Failure.exit(with: error) }
            }
        }
    }
}

/// Where a demo keeps its files.
struct DemoFolder {
    private let url: URL
    private let isTemporary: Bool

    /// - Parameter path: nil for a folder of its own that is removed at the end.
    init(_ path: String?) throws {
        isTemporary = path == nil
        url =
            path.map { URL(filePath: $0) }
            ?? FileManager.default.temporaryDirectory.appending(path: "timus-demo-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw Failure.said("The folder \(url.path) cannot be made.", hint: "Choose another one with --data.")
        }
    }

    func path(_ file: String) -> String { url.appending(path: file).path }

    func removeIfTemporary() {
        if isTemporary { try? FileManager.default.removeItem(at: url) }
    }
}
