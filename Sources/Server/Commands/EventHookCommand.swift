import ArgumentParser
import Directory
import Foundation
import SignIn
import Storage
import Sync

/// `timus okta event-hook`: what to paste into Okta so that it tells of changes at once.
struct EventHookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event-hook",
        abstract: "Show the URL, secret and event types for an event hook in Okta.",
        discussion: """
            They go into Workflow > Event Hooks > Create Event Hook; the secret into Authentication secret, beside the \
            Authentication field “Authorization”.
            """
    )

    @Flag(help: "Make a new URL and secret first; what Okta has of the old ones is refused within a minute.")
    var renew = false

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
        let settings = WebSettings(publicURL: publicURL)
        let (hook, secret) = try await storeOptions.withStore { store in
            let hook = renew ? try await store.renewEventHook(by: .shell) : try await store.eventHook()
            return (hook, try await store.eventHookSecret())
        }
        let line = EventHookLine(hook, secret, settings)
        if json { return try Standard.answer(json: line) }
        Standard.answer("URL: \(line.url)")
        Standard.answer("Authentication field: Authorization")
        Standard.answer("Authentication secret: \(line.secret)")
        Standard.answer("Subscribe to events: \(line.events.joined(separator: ", "))")
        Standard.answer("Verified: \(line.verifiedAt?.formatted(.iso8601) ?? "not yet")")
        Standard.answer("Last event: \(line.lastEventAt?.formatted(.iso8601) ?? "none yet")")
    }
}

/// An event hook as `--json` prints it.
struct EventHookLine: Encodable {
    let url: String
    let secret: String
    let events: [String]
    @OrNull var verifiedAt: Date?
    @OrNull var lastEventAt: Date?
    @OrNull var lastEventType: String?

    init(_ hook: EventHook, _ secret: Secret, _ settings: WebSettings) {
        url = settings.eventHookURL(hook.id)
        self.secret = secret.value
        events = OktaEventType.allCases.map(\.rawValue)
        verifiedAt = hook.verifiedAt
        lastEventAt = hook.lastEventAt
        lastEventType = hook.lastEventType
    }
}
