import ArgumentParser
import Logging
import ServiceLifecycle
import SignIn
import Storage
import Sync

/// `timus serve`: the server.
struct Serve: AsyncParsableCommand {
    static let usualPublicURL = "http://127.0.0.1:8080"
    private static let ports = 0...65535

    static let configuration = CommandConfiguration(abstract: "Run the server until SIGTERM or SIGINT.")

    @Option(help: "The address to listen on. [TIMUS_HOST]")
    var host: String = Environment["TIMUS_HOST"] ?? "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one. [TIMUS_PORT, else 8080]")
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "Where browsers and Connect reach this server; https:// behind a proxy. [TIMUS_PUBLIC_URL]",
            valueName: "url"
        )
    )
    var publicURL: String?

    @OptionGroup var edgeOptions: EdgeOptions

    @OptionGroup var syncOptions: SyncOptions

    @OptionGroup var storeOptions: StoreOptions

    @OptionGroup var oktaOptions: OktaOptions

    @OptionGroup var trust: TrustOptions

    @OptionGroup var mailOptions: MailOptions

    @Flag(help: "Print one line of JSON when ready.")
    var json = false

    func validate() throws {
        if let port, !Self.ports.contains(port) { throw ValidationError("--port is 0 to 65535.") }
        if let publicURL { try PublicURL.validate(publicURL) }
    }

    func run() async throws {
        let port = try port ?? Environment.number("TIMUS_PORT", in: Self.ports) ?? 8080
        let intervals = try syncOptions.intervals()
        let rateShare = try syncOptions.share()
        let publicURL = try publicURL ?? PublicURL.ofEnvironment()
        let mail = try mailOptions.server()
        let proxies = try edgeOptions.trustedProxies()
        let logger = Logger.timus("timus")
        let certificate = try edgeOptions.certificate().map { try ServerCertificate($0, logger: logger) }
        if certificate != nil, let publicURL, !publicURL.hasPrefix("https://") {
            throw Failure.usage(
                "The server speaks TLS, and its public URL is \(publicURL).",
                hint: "Give the public URL as https://, or leave it out."
            )
        }
        let okta = try trust.httpConfiguration()
        let store = try await storeOptions.open()
        let listener = try await Listener.bound(host: host, port: port)
        let wiring = Wiring(
            store: store,
            settings: WebSettings(
                publicURL: publicURL ?? (certificate == nil ? listener.address : listener.secureAddress),
                allowLocalOkta: oktaOptions.allowLocalOkta,
                trustedProxies: proxies
            ),
            intervals: intervals,
            rateShare: rateShare,
            mail: mail,
            okta: okta,
            logger: logger
        )
        try await wiring.serve(on: listener, with: certificate, beside: []) { address in
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
}
