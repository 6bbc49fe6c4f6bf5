import Hummingbird
import SignIn
import Storage
import Sync
import WebUI

/// The tab *Event hook* of the Okta Integration window: what to paste into Okta so that it tells of changes at once.
struct EventHookPage: Sendable {
    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("/settings/integrations/okta/event-hook", use: show)
        router.post("/settings/integrations/okta/event-hook/renewal", use: renew)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        guard let integration = try await shell.store.oktaIntegration() else { return .seeOther(OktaPath.window) }
        let hook = try await shell.store.eventHook()
        let state = Card("Event hook", note: badge(of: hook).html, "\(about)\(facts(hook))").html
        // The secret and the address that goes with it are for who may change the integration.
        let pages = visitor.mayChange ? try await setUp(hook, visitor) : .empty
        let window = OktaWindow(shell: shell, integration: integration, tab: .eventHook)
        return try await window.page(state + pages, for: visitor, context)
    }

    @Sendable
    private func renew(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        guard try await shell.store.oktaIntegration() != nil else { return .seeOther(OktaPath.window) }
        _ = try await shell.store.renewEventHook(by: visitor.actor)
        shell.onEventHookRenewed()
        let sentence = "The URL and the secret are new. Paste both into the event hook in Okta and verify it again."
        return context.seeOther(OktaPath.eventHook, flash: Flash(sentence, kind: .warning))
    }

    private func badge(of hook: EventHook) -> Badge {
        if hook.lastEventAt != nil, hook.verifiedAt != nil { return Badge("Receiving", .positive) }
        return hook.verifiedAt == nil ? Badge("Not verified") : Badge("Verified", .info)
    }

    private var about: HTML {
        """
        <p>Optional. With an event hook Okta tells Timus of a change as it happens, and who is suspended or leaves a group \
        loses access within seconds. An event is only a ping: what it names is read again from Okta, and Timus goes on \
        looking for changes on its own, so an event that is lost, late or forged changes nothing.</p>
        """
    }

    private func facts(_ hook: EventHook) -> HTML {
        let event = hook.lastEventAt.map { at -> HTML in
            let type = hook.lastEventType.map { "<code>\($0)</code>, " as HTML }
            return "\(type)\(TimeText(at, now: shell.now))"
        }
        return SummaryList([
            .init("Verified by Okta", hook.verifiedAt.map { TimeText($0, now: shell.now).html } ?? "Not yet"),
            .init("Last event", event ?? "None yet"),
        ]).html
    }

    private func setUp(_ hook: EventHook, _ visitor: Visitor) async throws -> HTML {
        let secret = try await shell.store.eventHookSecret()
        let steps = EventHookSteps(
            url: shell.settings.eventHookURL(hook.id),
            secret: secret,
            isVerified: hook.verifiedAt != nil
        )
        let renew = PostForm(OktaPath.eventHookRenewal, csrf: visitor.csrf, Button("Renew", .secondary).html)
        let renewal = Card(
            "Renew URL and secret",
            """
            <p>If the secret may be known to somebody else. What Okta has of the old ones is refused from then on, until \
            you paste the new ones there; meanwhile Timus goes on looking for changes on its own.</p>\
            \(renew.html.within("actions"))
            """
        )
        return "\(Card("Set up in Okta", steps.html))\(renewal)"
    }
}

/// What to do in Okta, in the words of Okta's own screens.
struct EventHookSteps: Component {
    let url: String
    let secret: Secret
    let isVerified: Bool

    var html: HTML {
        """
        <p>You need the role of a super administrator in Okta, and Okta must reach Timus over https.</p>\
        <hr>\(Steps([create, authenticate, subscribe, verify]))
        """
    }

    private var create: Steps.Step {
        .init(
            "Create the event hook",
            """
            <p>In the Admin Console click <b>Workflow</b>, then <b>Event Hooks</b> and <b>Create Event Hook</b>. Give it a \
            <b>Name</b>, for example Timus, and paste this into <b>URL</b>.</p>
            \(CopyBox("URL", value: url, id: "event-hook-url"))
            """
        )
    }

    private var authenticate: Steps.Step {
        let secret = CopyBox("Authentication secret", value: secret.value, id: "event-hook-secret")
        return .init(
            "Give it the secret",
            """
            <p>Paste the two into the fields of the same names.</p>
            \(CopyBox("Authentication field", value: "Authorization", id: "event-hook-field"))
            \(Disclosure("Show the secret", secret.html))
            """
        )
    }

    private var subscribe: Steps.Step {
        let types = OktaEventType.allCases.map { "<li><code>\(Self.breakable($0))</code></li>" as HTML }
        let all = OktaEventType.allCases.map(\.rawValue).joined(separator: ", ")
        return .init(
            "Subscribe to events",
            """
            <p>Under <b>Subscribe to events</b> select these \(types.count). Others do no harm; Timus ignores them.</p>
            <ul>\(types)</ul>
            \(CopyBox("All of them, for Okta’s API", value: all, id: "event-hook-types"))
            """
        )
    }

    /// On a narrow screen it goes on in the next line after a dot.
    private static func breakable(_ type: OktaEventType) -> HTML {
        type.rawValue.split(separator: ".").dropFirst().reduce("\(type.rawValue.prefix { $0 != "." })") { text, part in
            "\(text).<wbr>\(part)"
        }
    }

    private var verify: Steps.Step {
        .init(
            "Save and verify",
            isDone: isVerified,
            """
            <p>Click <b>Save &amp; Continue</b>, then <b>Verify</b>: Okta asks Timus once whether the URL is its own, and \
            this page says when. The first events come some minutes later.</p>
            """
        )
    }
}
