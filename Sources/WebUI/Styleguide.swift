import struct Foundation.Date

/// A page with every component in its states, for looking at in light, in dark and on a narrow screen.
public enum Styleguide {
    /// Where the server shows it in development.
    public static let path: Path = "/styleguide"

    public static let page = Page(
        "Styleguide",
        badge: Badge("Active", .positive),
        actions: "\(Button("Sync now", to: path))\(Button("Settings", .secondary, to: path))",
        intro: "Every component of Timus's pages, in its states.",
        trail: [Link("Settings", to: path), Link("Integrations", to: path)],
        navigation: navigation,
        banner: Notice(
            "Synchronization with Okta has stopped.",
            .negative,
            detail: "Okta no longer accepts the API token. \(Link("Enter a new one", to: path))"
        ),
        flash: Notice("Preferences saved.", .positive),
        hasErrors: true,
        "\(ErrorSummary(errors))\(status)\(fields)\(choices)\(tables)\(setup)\(states)"
    )

    /// The frame of the sign-in pages.
    public static let plainPage = Page(
        "Sign in",
        layout: .plain,
        Card(
            """
            \(Field("E-mail address", name: "email", kind: .email, autocomplete: "username"))\(Button("Continue"))
            """
        ).html
    )

    private static let navigation = Page.Navigation(
        console: "Manager",
        items: [
            .init("Users & Teams", to: path, isCurrent: true),
            .init("Sites", to: path),
            .init("Settings", to: path),
            .init("Administrators", to: path),
            .init("Events", to: path),
        ],
        person: "<span>\(isolated: "ana@acme.example")</span>\(Button("Sign out", .plain, to: path))"
    )

    private static let errors: FormErrors = {
        var errors = FormErrors()
        errors.add("Enter the Okta domain, for example example.okta.com", field: "okta_domain")
        errors.add("Choose at least one group", field: "group[]")
        return errors
    }()

    private static let now = Date(timeIntervalSince1970: 1_762_180_240)

    private static let status: HTML = {
        let tones: HTML = """
            <p>\(Badge("Not set up")) \(Badge("Not verified", .info)) \(Badge("Active", .positive)) \
            \(Badge("Warning", .warning)) \(Badge("Stopped", .negative)) Synced \
            \(TimeText(now.addingTimeInterval(-240), now: now))</p>
            """
        let counts = Counts([
            .init(12, "groups", to: path), .init(1214, "users", to: path), .init(3, "inactive", to: path),
        ])
        let bars: HTML = """
            \(ProgressBar("Reading members: 120 of 310 groups", done: 120, of: 310))\
            \(ProgressBar("Reading groups", done: 0, of: nil))
            """
        let summary = SummaryList([
            .init("Okta domain", "acme.okta.com", change: Link("Change", to: path, context: "Okta domain")),
            .init("Client ID", "<code>0oa1gjh63g214q0Hq0g4</code>"),
            .init("Saved", "3 November 2025, by \(isolated: "ana@acme.example")"),
        ])
        return """
            \(Card("Status", note: "\(Badge("Warning", .warning))", tones + counts.html))\
            \(Card("Progress", bars))\
            \(Card("Summary", actions: "\(Button("Change", .secondary, to: path))", summary.html))
            """
    }()

    private static let fields: HTML = {
        let saved = SecretField.Saved("3 November 2025, by ana@acme.example")
        let content: HTML = """
            \(Field("Client ID", name: "client_id", value: "0oa1gjh63g214q0Hq0g4"))\
            \(SecretField("Client Secret", name: "client_secret", saved: saved))\
            \(SecretField("API Token", name: "api_token", hint: "Shown once, when the token is created in Okta."))\
            \(Field("Okta Domain", name: "okta_domain", placeholder: "example.okta.com", errors: errors))\
            \(Field("Comment", name: "comment", isOptional: true))\
            \(TextArea("Notes", name: "notes", value: "<first line>\nsecond", isOptional: true))
            \(Select("Role", name: "role", options: [
                Choice("Administrator", value: "administrator", isChosen: true), Choice("Viewer", value: "viewer"),
            ]))
            """
        let buttons: HTML = """
            \(Button("Confirm"))\(Button("Test connection", .secondary))\(Button("Disable Integration", .danger))\
            \(Button("Cancel", .plain, to: path))
            """
        let form = PostForm(path, csrf: "styleguide", content + buttons.within("actions"))
        return Card("Form", form.html).html
    }()

    private static let choices: HTML = {
        let groups = CheckboxList(
            "Mapping",
            name: "group[]",
            options: [
                Choice("Engineering", value: "1", hint: "214 members", isChosen: true),
                Choice(
                    "Contractors",
                    value: "2",
                    hint: "0 members",
                    badge: Badge("Not found in Okta", .warning),
                    isChosen: true
                ),
                Choice("مهندسون", value: "3", hint: "12 members"),
                Choice("Sales & <Marketing>", value: "4", hint: "1 member"),
            ],
            total: 310,
            hint: "Users of the chosen groups join the team Okta Users.",
            errors: errors,
            search: .init("Search groups", value: "", more: Button("Refresh", .secondary).html)
        )
        let scope = RadioGroup(
            "Allowed Sites",
            name: "scope",
            options: [
                Choice("For every chosen group", value: "every", hint: "Those chosen later too.", isChosen: true),
                Choice("Group by group", value: "each"),
            ]
        )
        let onOff = RadioGroup.onOff("Synchronization Status", name: "synchronization", isOn: true)
        return Card("Choices", PostForm(path, csrf: "styleguide", onOff.html + groups.html + scope.html).html).html
    }()

    private static let tables: HTML = {
        let table = DataTable(
            "3 of 1,214 users",
            columns: [
                .init("Name"), .init("E-mail"), .init("Status"), .init("Sites", isNumber: true),
                .init("Actions", isUnseen: true),
            ],
            rows: [
                row("ana.silva", "ana.silva@acme.example", Badge("Active", .positive), 3),
                row("ben.o'hara", "ben.o'hara@acme.example", Badge("Inactive"), 0),
                row("محمد", "a.very.long.address.of.someone@subsidiary.acme.example", Badge("Banned", .negative), 12),
            ]
        )
        let search = SearchForm("Search users", action: path, value: "a")
        let pages = Pagination(page: 2, pageSize: 3, total: 1214, things: "users", path: path)
        return search.html + table.html + pages.html
    }()

    private static func row(_ name: String, _ email: String, _ badge: Badge, _ sites: Int) -> [HTML] {
        [
            Link(name, to: path).html, "\(isolated: email)", badge.html, "\(sites)",
            Link("Change", to: path, context: name).html,
        ]
    }

    private static let setup: HTML = {
        let tabs = Tabs(
            "Okta Integration",
            [
                .init("Preferences", to: path, isCurrent: false, lockedBecause: "confirm the configuration first"),
                .init("Configuration", to: path, isCurrent: true),
            ]
        )
        let copy = CopyBox(
            "Sign-in redirect URI",
            value: "https://timus.acme.example/user/external",
            id: "redirect-uri"
        )
        let steps = Steps([
            .init("Create the app in Okta", isDone: true, "<p>Click <b>Create App Integration</b>.</p>"),
            .init("Copy our addresses", "<p>Paste this into <b>Sign-in redirect URIs</b>.</p>\(copy)"),
            .init(
                "Grant the scopes",
                "<p><b>okta.groups.read</b>, in \(ExternalLink("Okta", to: "https://okta.com")).</p>"
            ),
        ])
        let checks = Checklist([
            .init("Reached Okta", .passed("acme.okta.com")),
            .init(
                "Token accepted",
                .failed("Okta does not accept the API token.", remedy: "Create a new one in Okta.")
            ),
            .init("May read groups", .notRun),
        ])
        return tabs.html + Card("Steps", steps.html).html + Card("Checks", checks.html).html
    }()

    private static let states: HTML = {
        let notices = Badge.Tone.allCases.map {
            Notice("A notice that is \($0.rawValue).", $0, detail: "What to do. \(Link("Do it", to: path))").html
        }
        let confirm = ConfirmPage(
            "Disabling the integration ends what users of Okta can do in Timus.",
            losses: ["214 users lose access", "12 connections end at once"],
            content: Field("Type acme.okta.com to confirm", name: "confirmation").html,
            action: path,
            csrf: "styleguide",
            confirm: "Disable Integration",
            cancel: path
        )
        let none = EmptyState(
            "No sites yet",
            "A site is a private network that users may be given access to.",
            action: "\(Button("Add a site", to: path))"
        )
        let folded = Disclosure("Details", "<p>GET /api/v1/groups answered <code>401 E0000011</code>.</p>")
        return """
            <div class="stack">\(notices)</div><hr>\(none)\
            \(EmptyState.noMatch(for: "zzz", of: "users", clear: path))\(folded)<hr>\(confirm)
            """
    }()
}
