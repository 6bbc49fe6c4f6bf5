import ArgumentParser
import AsyncHTTPClient
import NIOSSL
import Okta

/// Which addresses may be an Okta org.
struct OktaOptions: ParsableArguments {
    // A flag that may be on by itself needs a second one to turn it off, so the environment is asked apart from it.
    @Flag(
        name: .customLong("allow-local-okta"),
        help: "Let the Okta domain be http://127.0.0.1:PORT, for an Okta simulator. [TIMUS_ALLOW_LOCAL_OKTA=1]"
    )
    private var isLocalAllowed = false

    var allowLocalOkta: Bool { isLocalAllowed || Environment["TIMUS_ALLOW_LOCAL_OKTA"] == "1" }
}

/// Whose certificates Okta may show.
struct TrustOptions: ParsableArguments {
    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp(
            "A PEM file with the certificates to trust for Okta in place of the system's. [TIMUS_CA_FILE]",
            valueName: "path"
        )
    )
    private var caFile: String?

    /// How Okta is spoken to.
    ///
    /// - Throws: ``Failure`` where the file holds no certificate.
    func httpConfiguration() throws -> HTTPClient.Configuration {
        var configuration = OktaClient.httpConfiguration()
        guard let file = caFile ?? Environment["TIMUS_CA_FILE"] else { return configuration }
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else {
            throw Failure.usage("The file \(file) holds no certificate.", hint: "Give --ca-file a file in PEM form.")
        }
        configuration.tlsConfiguration?.trustRoots = .certificates(certificates)
        return configuration
    }
}

/// Runs `body` with an HTTP client set up for Okta, and shuts it down.
///
/// - Parameter trust: nil where it is not Okta that is spoken to.
func withOktaHTTP<Answer>(
    _ trust: TrustOptions?,
    _ body: (HTTPClient) async throws -> Answer
) async throws -> Answer {
    let http = HTTPClient(configuration: try trust?.httpConfiguration() ?? OktaClient.httpConfiguration())
    let result: Result<Answer, any Error>
    do {
        result = .success(try await body(http))
    } catch {
        result = .failure(error)
    }
    try await http.shutdown()
    return try result.get()
}
