import HTTPTypes
import Hummingbird
import SignIn
import Storage
import WebUI

/// Settings > Timus Connect: what a device that we do not know is shown before its user signed in.
struct ConnectPage: Sendable {
    static let path: Path = "/settings/connect"
    private static let field = "first_screen"

    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("/settings/connect") { request, context in
            let visitor = try context.visitor(request)
            return try await page(try await store.connectSettings(), for: visitor, context)
        }
        router.post("/settings/connect", use: save)
    }

    @Sendable
    private func save(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        guard let choice = ConnectSettings.FirstScreen(rawValue: try await request.form().value(Self.field)) else {
            var errors = FormErrors()
            errors.add("Choose what an unknown device shows", field: Self.field)
            return try await page(try await store.connectSettings(), errors, for: visitor, context)
        }
        try await store.setFirstScreen(choice, by: visitor.actor)
        return context.seeOther(Self.path, flash: Flash("Saved. \(choice.sentence)"))
    }

    private func page(
        _ settings: ConnectSettings,
        _ errors: FormErrors = FormErrors(),
        for visitor: Visitor,
        _ context: WebContext
    ) async throws -> Response {
        let sheet = Shell.Sheet(
            title: "Timus Connect",
            intro: "What Timus Connect shows between the e-mail address and the sign-in at Okta.",
            hasErrors: !errors.isEmpty,
            content: """
                \(SettingsTabs(current: .connect))\(ErrorSummary(errors))\
                \(visitor.mayChange ? editable(settings, errors, visitor) : readOnly(settings))\(explanation)
                """
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private func editable(_ settings: ConnectSettings, _ errors: FormErrors, _ visitor: Visitor) -> HTML {
        let choices = ConnectSettings.FirstScreen.allCases.map { choice in
            Choice(
                choice.title,
                value: choice.rawValue,
                hint: choice.hint,
                isChosen: choice == settings.firstScreen
            )
        }
        let group = RadioGroup("What an unknown device shows", name: Self.field, options: choices, errors: errors)
        let saved = settings.setBy.map { by -> HTML in
            "<p class=\"soft small\">Saved \(settings.setAt.map { TimeText.day($0) } ?? ""), by \(isolated: by).</p>"
        }
        let form = PostForm(Self.path, csrf: visitor.csrf, "\(group)\(Button("Save").html.within("actions"))")
        return Card("Before the sign-in", "\(form)\(saved)").html
    }

    private func readOnly(_ settings: ConnectSettings) -> HTML {
        Card(
            "Before the sign-in",
            SummaryList([.init("What an unknown device shows", "\(settings.firstScreen.title)")]).html
                + "<p>\(settings.firstScreen.hint)</p>"
        ).html
    }

    private var explanation: HTML {
        Card(
            "Known devices",
            """
            <p>A device is known once its user has signed in on it. It then shows that user’s networks, whatever is \
            chosen here, until it is removed on the user’s page or in Accounts, or the user loses access.</p>\
            <p>An address without networks looks the same whether nobody has it, its user has left or was suspended, or \
            has no site. When one source tries more than 50 addresses in an hour, administrators are told.</p>
            """
        ).html
    }
}

extension ConnectSettings.FirstScreen {
    fileprivate var title: String {
        switch self {
        case .networks: "The networks of the address"
        case .organisation: "Only the organisation’s name"
        }
    }

    /// What it means, and what it gives away.
    fileprivate var hint: String {
        switch self {
        case .networks:
            "People see their networks at once. Whoever knows a person’s e-mail address learns the names of that person’s networks."
        case .organisation:
            "People see their networks on a new device after they have signed in once. A stranger learns nothing but the organisation’s name."
        }
    }

    /// For the flash.
    fileprivate var sentence: String {
        switch self {
        case .networks: "Unknown devices show the networks of the address."
        case .organisation: "Unknown devices show only the organisation’s name."
        }
    }
}
