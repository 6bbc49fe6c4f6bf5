/// What an administrator fills in for an event hook.
struct EventHookFields {
    let form: Form
    let problems: FormProblems

    /// The fields whose mistakes the org names.
    static let names: Set<String> = ["name", "uri", "headers", "events"]

    var settings: Org.EventHook.Settings {
        let field = form.text("authField")
        return Org.EventHook.Settings(
            name: form.text("name"),
            uri: form.text("uri"),
            authentication: field.isEmpty ? nil : Org.EventHook.Header(name: field, value: form.text("authSecret")),
            headers: form.text("headers").split(whereSeparator: \.isNewline).map { line in
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                return Org.EventHook.Header(
                    name: String(parts[0]).trimmed,
                    value: parts.count > 1 ? String(parts[1]).trimmed : ""
                )
            },
            events: form.texts("events")
        )
    }

    /// The form with every event ticked, where the button Select all sent it; nil where it was saved.
    var formWithAllEvents: Form? {
        guard form.has("all") else { return nil }
        var fuller = form
        fuller.remove("all")
        fuller.remove("events")
        for type in Org.EventType.forHooks { fuller.add("events", type.rawValue) }
        return fuller
    }

    var html: HTML {
        let secretHint = "Goes along with each request, so that the URL knows it comes from this org."
        let secret = Field(
            label: "Authentication secret",
            name: "authSecret",
            value: form.text("authSecret"),
            hint: secretHint
        )
        return """
            <button class="unseen" tabindex="-1" aria-hidden="true">Save</button><section class="card">\
            \(field("Name", "name").input(attributes: " autocomplete=\"off\""))\
            \(field("URL", "uri", hint: "https, or http on this machine.").input(attributes: " inputmode=\"url\""))\
            \(field("Authentication field", "authField", hint: "Usually Authorization.").input())\
            \(secret.input(attributes: " autocomplete=\"off\""))\
            \(field("Custom header fields (optional)", "headers", hint: "One a line: Name: value").lines())</section>\
            <section class="card"><fieldset><legend>Subscribe to events</legend>\(eventProblem)\
            <button class="small" name="all" value="on">Select all</button>\
            <div class="ticks">\(events)</div></fieldset></section>
            """
    }

    private func field(_ label: String, _ name: String, hint: String? = nil) -> Field {
        Field(label: label, name: name, value: form.text(name), problem: problems[name], hint: hint)
    }

    private var eventProblem: HTML? { problems["events"].map { "<p class=\"problem\">\($0)</p>" } }

    private var events: [HTML] {
        let chosen = Set(form.texts("events"))
        return Org.EventType.forHooks.map { type in
            Field(label: type.rawValue, name: "events", hint: type.message)
                .tick(type.rawValue, isOn: chosen.contains(type.rawValue))
        }
    }
}
