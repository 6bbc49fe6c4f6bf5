import HTTPTypes
import Hummingbird

/// `/admin/workflow/eventhooks/ID`: an event hook, its verification, and what was delivered last.
enum EventHookPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/workflow/eventhooks/:id") { visit in
            page(visit, try visit.eventHookInPath()).response(visit)
        }
        console.get("/admin/workflow/eventhooks/:id/verify") { visit in
            question(visit, try visit.eventHookInPath()).response(visit)
        }
        console.post("/admin/workflow/eventhooks/:id/verify") { visit in try await verify(visit) }
        console.post("/admin/workflow/eventhooks/:id/activate") { visit in try setActive(true, visit) }
        console.post("/admin/workflow/eventhooks/:id/deactivate") { visit in try setActive(false, visit) }
        console.post("/admin/workflow/eventhooks/:id/delete") { visit in
            let hook = try visit.eventHookInPath()
            try visit.org.deleteEventHook(hook.id)
            let notice = "The event hook \(hook.settings.name) was deleted."
            return visit.seeOther(ConsolePage.Place.eventHooks.path, notice: notice)
        }
    }

    private static func page(_ visit: Visit, _ hook: Org.EventHook) -> ConsolePage {
        let settings = hook.settings
        let events: [HTML] = settings.events.map { "<div><code>\($0)</code></div>" }
        let headers: [HTML] = settings.headers.map { "<div><code>\($0.name): \($0.value)</code></div>" }
        return ConsolePage(
            settings.name,
            .eventHooks,
            subtitle: "<p>\(hook.badge) \(hook.verificationBadge)</p>",
            actions: actions(visit, hook),
            """
            <section class="card"><dl><dt>URL</dt><dd><code>\(settings.uri)</code></dd>\
            <dt>Authentication field</dt><dd>\(settings.authentication?.name ?? "–")</dd>\
            <dt>Custom header fields</dt><dd>\(headers)\("–", if: headers.isEmpty)</dd>\
            <dt>Event hook ID</dt><dd><code>\(hook.id.description)</code></dd>\
            <dt>Subscribed to</dt><dd>\(events)</dd></dl></section>\
            <section class="card"><h2>Last deliveries</h2>\(deliveries(visit, hook))</section>
            """
        )
    }

    private static func actions(_ visit: Visit, _ hook: Org.EventHook) -> HTML {
        if hook.isActive {
            let verify: HTML? =
                hook.isVerified
                ? nil : OpenButton(label: "Verify", path: hook.path + "/verify", style: "primary").html
            return "\(verify)\(visit.postButton("Deactivate", hook.path + "/deactivate", style: ""))"
        }
        return """
            \(visit.postButton("Activate", hook.path + "/activate", style: ""))\
            \(visit.postButton("Delete", hook.path + "/delete", style: "danger"))
            """
    }

    private static func deliveries(_ visit: Visit, _ hook: Org.EventHook) -> HTML {
        let last = visit.org.eventHookDeliveries.all.filter { $0.hook == hook.id }.suffix(50).reversed()
        return Table(
            columns: ["Time", "Events", "Attempt", "Answer", "Milliseconds"],
            rows: last.map { delivery in
                [
                    "\(delivery.at.shown)", delivery.contents, "\(delivery.attempt)", delivery.badge,
                    "\(delivery.milliseconds)",
                ]
            },
            empty: "Nothing was delivered yet."
        ).html
    }

    private static func question(_ visit: Visit, _ hook: Org.EventHook, problem: String? = nil) -> ConsolePage {
        let summary: HTML? = problem.map { "<div class=\"notice error\" role=\"alert\">\($0)</div>" }
        let form = visit.postForm(
            hook.path + "/verify",
            """
            \(summary)<p>Okta sends <code>\(hook.settings.uri)</code> a value once, which the answer must give back. \
            Nothing is delivered before.</p><div class="actions"><button class="primary">Verify</button>\
            <a class="button" href="\(hook.path)">Skip</a></div>
            """
        )
        return ConsolePage(Dialog(title: "Verify Endpoint Ownership", content: form), over: .eventHooks)
    }

    private static func verify(_ visit: Visit) async throws -> Response {
        let hook = try visit.eventHookInPath()
        do throws(OktaFailure) {
            try await visit.org.verifyEventHook(hook.id)
            return visit.seeOther(hook.path, notice: "The event hook \(hook.settings.name) is verified.")
        } catch {
            return question(visit, hook, problem: error.sentence.withoutFieldName).response(visit, status: .badRequest)
        }
    }

    private static func setActive(_ isActive: Bool, _ visit: Visit) throws -> Response {
        let hook = try visit.eventHookInPath()
        try visit.org.setActive(isActive, eventHook: hook.id)
        let notice = isActive ? "The event hook is active." : "The event hook is told nothing now."
        return visit.seeOther(hook.path, notice: notice)
    }
}

extension Org.EventHookDelivery {
    fileprivate var contents: HTML {
        let first: [HTML] = eventTypes.prefix(3).map { "<div><code>\($0)</code></div>" }
        let rest: HTML? = eventTypes.count > 3 ? "<div class=\"faint\">and \(eventTypes.count - 3) more</div>" : nil
        return "\(first)\(rest)"
    }

    fileprivate var badge: HTML {
        switch outcome {
        case .delivered: "<span class=\"badge good\">\(answer)</span>"
        case .dropped: "<span class=\"badge pause\">\(answer)</span>"
        case .refused, .failed, .timedOut, .unreachable: "<span class=\"badge bad\">\(answer)</span>"
        }
    }

    private var answer: String {
        switch outcome {
        case .delivered, .refused, .failed: status.map { "HTTP \($0)" } ?? "–"
        case .timedOut: "No answer in time"
        case .unreachable: "Not reached"
        case .dropped: "Dropped"
        }
    }
}
