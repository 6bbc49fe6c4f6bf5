import HTTPTypes
import Hummingbird

/// `/admin/workflow/eventhooks`: Workflow > Event Hooks, and Create Event Hook.
enum EventHooksPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/workflow/eventhooks") { visit in page(visit).response(visit) }
        console.get("/admin/workflow/eventhooks/new") { visit in
            newPage(visit, EventHookFields(form: visit.form, problems: FormProblems())).response(visit)
        }
        console.post("/admin/workflow/eventhooks/new") { visit in create(visit) }
    }

    private static let path = ConsolePage.Place.eventHooks.path

    private static func page(_ visit: Visit) -> ConsolePage {
        let table = Table(
            columns: ["Name", "URL", "Verification", "Status"],
            rows: visit.org.eventHooks.map { hook in
                [
                    "<a href=\"\(hook.path)\">\(hook.settings.name)</a>",
                    "<code>\(hook.settings.uri)</code>",
                    hook.verificationBadge,
                    hook.badge,
                ]
            },
            empty: "There are no event hooks yet."
        )
        return ConsolePage(
            "Event Hooks",
            .eventHooks,
            actions: OpenButton(label: "Create Event Hook", path: path + "/new", style: "primary").html,
            "<section class=\"card\">\(table.html)</section>"
        )
    }

    private static func newPage(_ visit: Visit, _ fields: EventHookFields) -> ConsolePage {
        ConsolePage(
            "Create Event Hook",
            .eventHooks,
            visit.postForm(
                path + "/new",
                """
                \(fields.problems.summary)\(fields.html)\
                <div class="actions"><button class="primary">Save &amp; Continue</button>\
                <a class="button" href="\(path)">Cancel</a></div>
                """
            )
        )
    }

    private static func create(_ visit: Visit) -> Response {
        let fields = EventHookFields(form: visit.form, problems: FormProblems())
        if let fuller = fields.formWithAllEvents {
            return newPage(visit, EventHookFields(form: fuller, problems: FormProblems())).response(visit)
        }
        do throws(OktaFailure) {
            let hook = try visit.org.createEventHook(fields.settings, by: visit.person.id)
            return visit.seeOther(hook.path + "/verify", notice: "The event hook \(hook.settings.name) was created.")
        } catch {
            let problems = FormProblems(error, fields: EventHookFields.names)
            return newPage(visit, EventHookFields(form: visit.form, problems: problems))
                .response(visit, status: .badRequest)
        }
    }
}

extension Org.EventHook {
    /// The hook's page in the console.
    var path: String { "\(ConsolePage.Place.eventHooks.path)/\(id)" }

    var badge: HTML {
        isActive ? "<span class=\"badge good\">Active</span>" : "<span class=\"badge bad\">Inactive</span>"
    }

    var verificationBadge: HTML {
        isVerified ? "<span class=\"badge good\">Verified</span>" : "<span class=\"badge pause\">Unverified</span>"
    }
}
