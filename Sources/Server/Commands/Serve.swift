import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import SignIn
import Storage
import Sync

/// `timus serve`: the server.
struct Serve: AsyncParsableCommand {
    static let usualPublicURL = "http://127.0.0.1:8080"

    static let configuration = CommandConfiguration(abstract: "Run the server until SIGTERM or SIGINT.")

    @Option(help: "The address to listen on. [TIMUS_HOST]")
    var host: String = Environment["TIMUS_HOST"] ?? "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one. [TIMUS_PORT]")
    var port: Int = Environment["TIMUS_PORT"].flatMap { Int($0) } ?? 8080

    @Option(
        help: ArgumentHelp(
            "Where browsers and Connect reach this server; https:// behind a proxy. [TIMUS_PUBLIC_URL]",
            valueName: "url"
        )
    )
    var publicURL: String?

    @Option(help: "Seconds between two full synchronizations. [TIMUS_SYNC_EVERY]")
    var syncEvery: Int = Environment["TIMUS_SYNC_EVERY"].flatMap { Int($0) } ?? 300

    @OptionGroup var storeOptions: StoreOptions

    @OptionGroup var oktaOptions: OktaOptions

    @Flag(help: "Print one line of JSON when ready.")
    var json = false

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port is 0 to 65535.") }
        guard syncEvery >= 10 else { throw ValidationError("--sync-every is 10 seconds or more.") }
        if let publicURL { try Self.check(publicURL) }
    }

    func run() async throws {
        let logger = Logger.timus("timus")
        let store = try await storeOptions.open()
        var schedule = SyncService.Schedule()
        schedule.full = .seconds(syncEvery)
        let listener = try await Listener.bound(host: host, port: port)
        let wiring = Wiring(
            store: store,
            settings: WebSettings(
                publicURL: publicURL ?? Environment["TIMUS_PUBLIC_URL"] ?? listener.address,
                allowLocalOkta: oktaOptions.allowLocalOkta
            ),
            schedule: schedule,
            logger: logger
        )
        try await wiring.serve(on: listener, beside: []) { address in
            if json {
                try Standard.answer(
                    json: ["manager": wiring.settings.publicURL + "/", "listening": address],
                    pretty: false
                )
            } else {
                Standard.error("Timus Manager is at \(wiring.settings.publicURL)/ (listening on \(address))")
            }
        }
    }

    private static func check(_ publicURL: String) throws {
        guard let url = URL(string: publicURL), ["http", "https"].contains(url.scheme), url.host != nil,
            url.path.isEmpty || url.path == "/", url.query == nil
        else {
            throw ValidationError("--public-url is an origin such as https://timus.example.com.")
        }
    }
}
