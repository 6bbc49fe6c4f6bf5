import Hummingbird
import SignIn
import Storage
import WebUI

/// The tab *Universal Logout* of the Okta Integration window: what to enter in Okta so that it can end sessions here.
struct UniversalLogoutPage: Sendable {
    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("/settings/integrations/okta/universal-logout", use: show)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        guard let integration = try await shell.store.oktaIntegration() else { return .seeOther(OktaPath.window) }
        let last = try await shell.store.events(EventQuery(actionPrefix: "user.universal-logout", limit: 1)).first
        let badge = last == nil ? Badge("Not used yet") : Badge("In use", .positive)
        let state = Card("Universal Logout", note: badge.html, "\(about)\(facts(last))")
        let steps = UniversalLogoutSteps(settings: shell.settings)
        let window = OktaWindow(shell: shell, integration: integration, tab: .universalLogout)
        return try await window.page("\(state)\(Card("Set up in Okta", steps.html))", for: visitor, context)
    }

    private var about: HTML {
        """
        <p>Optional. When an administrator clears somebody’s sessions in Okta, or a policy there does, Okta tells Timus, \
        and everything that the user holds here ends at once: sessions in Accounts, Connect and, through Okta, Manager, \
        and open connections. They may sign in again if Okta lets them.</p>\
        <p>It does not replace synchronization: of a suspension or a group left, Okta tells nobody this way.</p>
        """
    }

    private func facts(_ last: Event?) -> HTML {
        let when = last.map { "\(TimeText($0.at, now: shell.now)), \(isolated: $0.subject)" as HTML }
        return SummaryList([.init("Last", when ?? "None yet")]).html
    }
}

/// What to do in Okta, in the words of Okta's own screens.
struct UniversalLogoutSteps: Component {
    let settings: WebSettings

    var html: HTML {
        """
        <p>You need the role of an administrator who may manage apps in Okta, and Okta must reach Timus over https. \
        Not every Okta plan has Universal Logout.</p>\
        <hr>\(Steps([open, enter, prove]))
        """
    }

    private var open: Steps.Step {
        .init(
            "Open the app’s logout settings",
            """
            <p>In the Admin Console click <b>Applications</b>, then the app of Timus and its tab <b>Authentication</b>. In \
            the section <b>Logout</b> click <b>Edit</b>, and under <b>Global Token Revocation</b> select \
            <b>Okta system or admin initiates logout</b>.</p>
            """
        )
    }

    private var enter: Steps.Step {
        .init(
            "Enter the address",
            """
            \(CopyBox("Logout endpoint URL", value: settings.universalLogoutURL, id: "universal-logout-url"))
            <p>Leave <b>Endpoint authentication type</b> at <b>Signed JWT</b>, and set <b>Subject format</b> to \
            <b>Issuer and Subject Identifier</b>: an e-mail that two users share signs nobody out. Click <b>Save</b>.</p>
            """
        )
    }

    private var prove: Steps.Step {
        .init(
            "Try it",
            """
            <p>Sign in to Accounts as a user. In Okta open that person, click <b>More Actions</b> and \
            <b>Clear User Sessions</b>, and include logout enabled apps. This page then says when.</p>
            """
        )
    }
}
