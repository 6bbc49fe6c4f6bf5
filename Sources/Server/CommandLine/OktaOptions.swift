import ArgumentParser
import AsyncHTTPClient
import Okta

/// Which addresses may be an Okta org.
struct OktaOptions: ParsableArguments {
    @Flag(help: "Let the Okta domain be http://127.0.0.1:PORT, for an Okta simulator. [TIMUS_ALLOW_LOCAL_OKTA=1]")
    var allowLocalOkta: Bool = Environment["TIMUS_ALLOW_LOCAL_OKTA"] == "1"
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
