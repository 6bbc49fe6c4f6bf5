import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Administrators > Okta groups*: the rule that the members of an Okta group are administrators.
struct AdministratorGroupsPage: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    static let path: Path = "/administrators/groups"

    func add(to router: Router<WebContext>) {
        router.get("administrators/groups", use: show)
        router.post("administrators/groups", use: set)
        router.post("administrators/groups/:group/removal", use: remove)
    }

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .owner)
        return try await page(for: visitor, context)
    }

    @Sendable private func set(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .owner)
        try context.requireRecent(at: shell.now, backTo: Self.path)
        let form = try await request.form()
        let group = Group.ID(form.value("group"))
        let role = Administrator.Role(rawValue: form.value("role")) ?? .viewer
        if let problem = try await problem(with: group, role: role, visitor) {
            return try await page(for: visitor, context, errors: FormErrors(problem, field: "group"))
        }
        return context.seeOther(Self.path, flash: Flash("The group was saved."))
    }

    /// Saves the rule; why it could not be, or nil.
    private func problem(
        with group: Group.ID,
        role: Administrator.Role,
        _ visitor: Visitor
    ) async throws(StoreError) -> String? {
        do {
            try await store.setAdministratorGroup(group, role: role, by: visitor.actor)
            return nil
        } catch {
            guard case .conflict(let sentence) = error else { throw error }
            return sentence
        }
    }

    @Sendable private func remove(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .owner)
        try context.requireRecent(at: shell.now, backTo: Self.path)
        let group = Group.ID(try context.parameters.require("group"))
        try await store.removeAdministratorGroup(group, by: visitor.actor)
        return context.seeOther(Self.path, flash: Flash("The group was removed; who came in through it is signed out."))
    }

    private func page(
        for visitor: Visitor,
        _ context: WebContext,
        errors: FormErrors = FormErrors()
    ) async throws -> Response {
        let rules = try await store.administratorGroups()
        let groups = try await store.groups().filter { $0.isChosen && $0.missingSince == nil }
        return try await shell.page(
            Shell.Sheet(
                title: "Administrators through Okta groups",
                intro: """
                    Active members of these groups enter Manager by signing in with Okta. Who leaves the group, or is suspended, \
                    is signed out with the synchronization that learns of it.
                    """,
                trail: [Link("Administrators", to: "/administrators")],
                hasErrors: !errors.isEmpty,
                content: "\(ErrorSummary(errors))\(list(rules, visitor))\(form(groups, errors, visitor))"
            ),
            in: .administrators,
            for: visitor,
            context
        )
    }

    private func list(_ rules: [AdministratorGroup], _ visitor: Visitor) -> HTML {
        guard !rules.isEmpty else { return .empty }
        return DataTable(
            rules.count == 1 ? "1 group" : "\(rules.count) groups",
            columns: [.init("Group"), .init("Role"), .init("State"), .init("Set"), .init("Change", isUnseen: true)],
            rows: rules.map { rule in
                let name = rule.name ?? rule.group.rawValue
                return [
                    "\(isolated: name)",
                    rule.role.badge.html,
                    (rule.isInForce ? Badge("In force", .positive) : Badge("Gives nothing", .warning)).html,
                    "\(TimeText(rule.setAt, now: shell.now)), by \(isolated: rule.setBy)",
                    PostForm(
                        "/administrators/groups/\(rule.group.rawValue)/removal",
                        csrf: visitor.csrf,
                        isInline: true,
                        Button("Remove", .plain, context: name).html
                    ).html,
                ]
            }
        ).html
    }

    private func form(_ groups: [GroupEntry], _ errors: FormErrors, _ visitor: Visitor) -> HTML {
        guard !groups.isEmpty else {
            return EmptyState(
                "No group is chosen yet",
                "Choose the groups that Timus synchronizes first: their members are the ones it knows.",
                action: Button("Okta Integration", .secondary, to: OktaPath.window).html
            ).html
        }
        let choices = groups.map { Choice($0.group.name, value: $0.group.id.rawValue) }
        let roles = [Administrator.Role.administrator, .viewer].map { role in
            Choice(role.word, value: role.rawValue, hint: role.hint, isChosen: role == .viewer)
        }
        let fields: HTML = """
            \(Select("Okta group", name: "group", options: choices, hint: "One that is chosen for synchronization.", errors: errors))\
            \(RadioGroup("Role", name: "role", options: roles))\
            \(Button("Save group").html.within("actions"))
            """
        return Card("Add a group, or change its role", PostForm(Self.path, csrf: visitor.csrf, fields).html).html
    }
}
