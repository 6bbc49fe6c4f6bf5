import ArgumentParser
import AsyncHTTPClient
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

/// Runs `body` with an HTTP client set up for Okta, and shuts it down.
func withOktaHTTP<Answer>(_ body: (HTTPClient) async throws -> Answer) async throws -> Answer {
    let http = HTTPClient(configuration: OktaClient.httpConfiguration())
    let result: Result<Answer, any Error>
    do {
        result = .success(try await body(http))
    } catch {
        result = .failure(error)
    }
    try await http.shutdown()
    return try result.get()
}
