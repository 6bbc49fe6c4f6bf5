import ArgumentParser
import Foundation
import SignIn
import Storage

/// `timus okta universal-logout`: what to enter in Okta so that it can end sessions here.
struct UniversalLogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "universal-logout",
        abstract: "Show the logout endpoint URL for Universal Logout in Okta, and when it was last used.",
        discussion: """
            It goes into the app's tab Authentication, section Logout, under Global Token Revocation, with Signed JWT as \
            authentication and Issuer and Subject Identifier as subject format.
            """
    )

    @Option(help: "Where Okta reaches this server. [TIMUS_PUBLIC_URL]")
    var publicURL: String?

    @OptionGroup var storeOptions: StoreOptions

    @Flag(help: "Print JSON with stable fields.")
    var json = false

    func validate() throws {
        if let publicURL { try PublicURL.validate(publicURL) }
    }

    func run() async throws {
        let publicURL = try publicURL ?? PublicURL.ofEnvironment() ?? Serve.usualPublicURL
        let query = EventQuery(actionPrefix: "user.universal-logout", limit: 1)
        let last = try await storeOptions.withStore { store in try await store.events(query).first }
        let line = UniversalLogoutLine(WebSettings(publicURL: publicURL), last)
        if json { return try Standard.answer(json: line) }
        Standard.answer("Logout endpoint URL: \(line.logoutEndpointUrl)")
        Standard.answer("Endpoint authentication type: Signed JWT")
        Standard.answer("Subject format: Issuer and Subject Identifier")
        Standard.answer("Last used: \(line.lastUsedAt?.formatted(.iso8601) ?? "never")")
    }
}

/// What `--json` prints.
struct UniversalLogoutLine: Encodable {
    let logoutEndpointUrl: String
    let authentication = "signed-jwt"
    let subjectFormats = ["iss_sub", "email"]
    @OrNull var lastUsedAt: Date?

    init(_ settings: WebSettings, _ last: Event?) {
        logoutEndpointUrl = settings.universalLogoutURL
        lastUsedAt = last?.at
    }
}
