import ArgumentParser
import AsyncHTTPClient
import Foundation
import OIDC

/// `timus verify-oidc`: one sign-in at any OpenID provider, each check with its result.
struct VerifyOIDC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-oidc",
        abstract: "Sign in once at an OpenID provider and show what became of each check.",
        discussion: """
            Register http://127.0.0.1:8976/callback (or the port of --redirect-port) as a sign-in redirect URI of the app \
            first. The command prints an address to stderr; open it in a browser on this machine and sign in.
            It needs no database, keeps nothing, and prints no secret, code or token. UserInfo is asked only after every \
            check of the ID token has passed.
            Exit code 0 only where every check passed, else 1.
            """
    )

    @Option(help: "The issuer, for example https://acme.okta.com or https://acme.okta.com/oauth2/default.")
    var issuer: String

    @Option(help: ArgumentHelp("The Client ID of the app.", valueName: "id"))
    var clientID: String

    @Option(help: ArgumentHelp("A file that holds the Client Secret, or -.", valueName: "path"))
    var clientSecretFile: String

    @Option(help: ArgumentHelp("The e-mail with which the sign-in page is filled.", valueName: "e-mail"))
    var loginHint: String?

    @Option(help: "What is asked for: names separated by spaces, openid among them.")
    var scope = "openid profile email"

    @Option(
        help: ArgumentHelp("The port of 127.0.0.1 to which the browser comes back; 0 takes a free one.", valueName: "n")
    )
    var redirectPort = 8976

    @Option(
        help: ArgumentHelp("A PEM file with the certificates to trust in place of the system's.", valueName: "path")
    )
    var caFile: String?

    @Flag(help: "Let the issuer be http://127.0.0.1:PORT or http://localhost:PORT.")
    var allowHttpLoopback = false

    @Option(help: ArgumentHelp("How long to wait for the browser.", valueName: "seconds"))
    var timeout = 300

    @Flag(help: "Print JSON with stable fields.")
    var json = false

    func validate() throws {
        guard issuer.hasPrefix("https://") || (allowHttpLoopback && issuer.hasPrefix("http://")) else {
            throw ValidationError("--issuer starts with https://.")
        }
        guard (0...65_535).contains(redirectPort) else { throw ValidationError("--redirect-port is 0 to 65535.") }
        guard timeout > 0 else { throw ValidationError("--timeout is 1 or more seconds.") }
        guard scope.split(separator: " ").contains("openid") else {
            throw ValidationError("--scope has openid in it.")
        }
    }

    func run() async throws {
        let secret = try SecretFile.read(clientSecretFile)
        let browser = LoopbackAnswer(
            listener: try await Listener.bound(host: "127.0.0.1", port: redirectPort, flag: "--redirect-port")
        )
        let http = HTTPClient(configuration: try httpConfiguration)
        let results = CheckResults()
        let party = RelyingParty(
            issuer: issuer,
            clientID: clientID,
            clientSecret: secret,
            redirectURI: browser.redirectURI,
            http: http,
            allowInsecureLoopback: allowHttpLoopback,
            onCheck: results.add
        )
        let outcome: Result<SignInFindings, any Error>
        do {
            outcome = .success(try await signIn(party, through: browser, results: results))
        } catch {
            outcome = .failure(error)
        }
        try await http.shutdown()
        try report(outcome, results: results, redirectURI: browser.redirectURI)
    }

    private var httpConfiguration: HTTPClient.Configuration {
        get throws {
            guard let caFile else { return RelyingParty.httpConfiguration() }
            guard let configuration = RelyingParty.httpConfiguration(trustingOnly: caFile) else {
                throw Failure.usage("The file \(caFile) holds no certificate.", hint: "Give a file in PEM form.")
            }
            return configuration
        }
    }

    private func signIn(
        _ party: RelyingParty,
        through browser: LoopbackAnswer,
        results: CheckResults
    ) async throws -> SignInFindings {
        let request = try await party.authorizationRequest(scope: scope, loginHint: loginHint)
        let query = try await browser.query(within: .seconds(timeout)) {
            Standard.error("Open this address in a browser and sign in:\n\(request.url)")
        }
        guard let query else {
            throw Failure.said(
                "Nobody came back within \(timeout) seconds.",
                hint: "Check that \(browser.redirectURI) is a sign-in redirect URI of the app, and sign in again."
            )
        }
        let response = try results.check(.responseForm) { () throws(OIDCError) in
            try AuthorizationResponse(query: query)
        }
        try results.check(.responseState) { () throws(OIDCError) in
            guard response.state == request.state else { throw .malformedResponse(cause: "another state") }
        }
        let code = try await party.code(from: response)
        let tokens = try await party.tokens(code: code, verifier: request.verifier, nonce: request.nonce)
        results.keep(claims: tokens.idToken.all)
        return SignInFindings(claims: tokens.idToken.all, userInfo: try await party.userInfo(tokens)?.all)
    }

    private func report(
        _ outcome: Result<SignInFindings, any Error>,
        results: CheckResults,
        redirectURI: String
    ) throws {
        let report = SignInReport(
            issuer: issuer,
            clientId: clientID,
            redirectUri: redirectURI,
            outcome: outcome,
            results: results
        )
        if json {
            try Standard.answer(json: report)
        } else {
            report.lines.forEach { Standard.answer($0) }
        }
        if case .failure(let error) = outcome { throw error }
    }
}
