import HTTPTypes
import Hummingbird

/// `/admin/user/ID`: a person's profile, groups and applications, and what can be done with their account.
enum PersonPage {
    /// What an administrator does with an account; the raw value is the last part of the address.
    private enum Action: String {
        case activate
        case resend
        case suspend
        case unsuspend
        case deactivate
        case delete
        case resetPassword = "reset-password"
        case expirePassword = "expire-password"
        case unlock
        case clearSessions = "clear-sessions"

        var label: String {
            switch self {
            case .activate: "Activate"
            case .resend: "Resend Activation Email"
            case .suspend: "Suspend"
            case .unsuspend: "Unsuspend"
            case .deactivate: "Deactivate"
            case .delete: "Delete"
            case .resetPassword: "Reset Password"
            case .expirePassword: "Expire Password"
            case .unlock: "Unlock"
            case .clearSessions: "Clear User Sessions"
            }
        }

        /// What is asked before; nil for what can be undone and needs no more to be said.
        var question: String? {
            switch self {
            case .deactivate: "The person can no longer sign in and loses the apps. Groups stay."
            case .delete: "The person is gone for good. This cannot be undone."
            case .clearSessions: "The person is signed out of Okta and has to sign in again."
            default: nil
            }
        }

        static func allowed(in status: Org.Person.Status) -> [Action] {
            switch status {
            case .staged: [.activate, .deactivate]
            case .provisioned: [.resend, .deactivate]
            case .active: [.resetPassword, .expirePassword, .suspend, .clearSessions, .deactivate]
            case .recovery, .passwordExpired: [.resetPassword, .clearSessions, .deactivate]
            case .lockedOut: [.unlock, .resetPassword, .deactivate]
            case .suspended: [.unsuspend, .deactivate]
            case .deprovisioned: [.activate, .delete]
            }
        }
    }

    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/user/:id") { visit in page(visit, try visit.personInPath()).response(visit) }
        console.get("/admin/user/:id/edit") { visit in
            let person = try visit.personInPath()
            return editPage(visit, person, person.profile.form).response(visit)
        }
        console.post("/admin/user/:id/edit") { visit in try save(visit) }
        console.get("/admin/user/:id/ask/:action") { visit in try question(visit) }
        console.post("/admin/user/:id/do/:action") { visit in try perform(visit) }
    }

    private static func path(_ person: Org.Person) -> String { "/admin/user/\(person.id)" }

    private static func page(_ visit: Visit, _ person: Org.Person) -> ConsolePage {
        let profile = person.profile
        let groups: [HTML] = ((try? visit.org.groups(of: person.id)) ?? []).map { group in
            "<li><a href=\"/admin/group/\(group.id.description)\">\(group.name)</a></li>"
        }
        let apps: [HTML] = visit.org.apps(of: person.id).map { app in
            "<li><a href=\"/admin/app/\(app.id.description)\">\(app.label)</a></li>"
        }
        let role: HTML? = person.role.map { "<dt>Administrator role</dt><dd>\($0.label)</dd>" }
        return ConsolePage(
            person.name,
            .people,
            subtitle: "<p>\(person.login) \(person.status.badge)</p>",
            actions: actions(visit, person),
            """
            <section class="card"><div class="between"><h2>Profile</h2>\
            \(OpenButton(label: "Edit", path: path(person) + "/edit", style: "small").html)</div><dl>\
            <dt>Username</dt><dd>\(profile.login)</dd><dt>First name</dt><dd>\(profile.firstName)</dd>\
            <dt>Last name</dt><dd>\(profile.lastName)</dd><dt>Primary email</dt><dd>\(profile.email)</dd>\
            <dt>Secondary email</dt><dd>\(profile.secondEmail ?? "–")</dd>\
            <dt>User ID</dt><dd><code>\(person.id.description)</code></dd>\(role)\
            <dt>Created</dt><dd>\(person.created.shown)</dd>\
            <dt>Last sign-in</dt><dd>\(person.lastLogin?.shown ?? "Never")</dd></dl></section>\
            <section class="card"><h2>Groups</h2><ul>\(groups)</ul></section>\
            <section class="card"><h2>Applications</h2>\
            \(apps.isEmpty ? "<p class=\"faint\">No applications are assigned.</p>" : "<ul>\(apps)</ul>" as HTML)</section>
            """
        )
    }

    private static func actions(_ visit: Visit, _ person: Org.Person) -> HTML {
        let buttons: [HTML] = Action.allowed(in: person.status).map { action in
            action.question == nil
                ? visit.postButton(action.label, "\(path(person))/do/\(action.rawValue)", style: "")
                : OpenButton(label: action.label, path: "\(path(person))/ask/\(action.rawValue)", style: "danger").html
        }
        return """
            <details class="menu"><summary class="button" role="button">More Actions</summary><div>\(buttons)</div></details>
            """
    }

    private static func question(_ visit: Visit) throws(OktaFailure) -> Response {
        let person = try visit.personInPath()
        guard let action = Action(rawValue: visit.path.get("action") ?? ""), let question = action.question else {
            throw .noSuchPath
        }
        let apps = Field(
            label: "Include logout enabled apps",
            name: "apps",
            hint: "Apps that are set up for Universal Logout sign the person out too."
        )
        let choice: HTML? = action == .clearSessions ? apps.checkbox(isOn: false) : nil
        let form = visit.postForm(
            "\(path(person))/do/\(action.rawValue)",
            """
            <p>\(question)</p>\(choice)<div class="row"><button class="danger">\(action.label)</button>\
            <a class="button" href="\(path(person))">Cancel</a></div>
            """
        )
        let dialog = Dialog(title: "\(action.label) \(person.name)?", content: form)
        return ConsolePage(dialog, over: .people).response(visit)
    }

    private static func perform(_ visit: Visit) throws(OktaFailure) -> Response {
        let person = try visit.personInPath()
        guard let action = Action(rawValue: visit.path.get("action") ?? "") else { throw .noSuchPath }
        let endsOwnAccess = [.suspend, .deactivate, .delete].contains(action) && person.id == visit.person.id
        if endsOwnAccess { throw .validation("id", "You cannot do this to your own account.") }
        let id = person.id
        switch action {
        case .activate: try visit.org.activate(id)
        case .resend: try visit.org.reactivate(id, sendMail: true)
        case .suspend: try visit.org.suspend(id)
        case .unsuspend: try visit.org.unsuspend(id)
        case .deactivate: try visit.org.deactivate(id)
        case .delete: try visit.org.deletePerson(id)
        case .resetPassword: try visit.org.resetPassword(id)
        case .expirePassword: try visit.org.expirePassword(id)
        case .unlock: try visit.org.unlock(id)
        case .clearSessions: visit.org.endSessions(of: id, includesApps: visit.form.has("apps"))
        }
        let target = visit.org.person(id) == nil ? ConsolePage.Place.people.path : path(person)
        return visit.seeOther(target, notice: "\(action.label): done for \(person.name).")
    }

    private static func editPage(
        _ visit: Visit,
        _ person: Org.Person,
        _ form: Form,
        problems: FormProblems = FormProblems()
    ) -> ConsolePage {
        func field(_ label: String, _ name: String) -> HTML {
            Field(label: label, name: name, value: form.text(name), problem: problems[name]).input()
        }
        let dialog = Dialog(
            title: "Edit profile",
            content: visit.postForm(
                path(person) + "/edit",
                """
                \(problems.summary)\(field("First name", "firstName"))\(field("Last name", "lastName"))\
                \(field("Username", "login"))\(field("Primary email", "email"))\
                \(field("Secondary email (optional)", "secondEmail"))\
                <div class="actions"><button class="primary">Save</button>\
                <a class="button" href="\(path(person))">Cancel</a></div>
                """
            )
        )
        return ConsolePage(dialog, over: .people)
    }

    private static func save(_ visit: Visit) throws -> Response {
        let person = try visit.personInPath()
        var profile = Org.Profile(visit.form)
        profile.mobilePhone = person.profile.mobilePhone
        profile.more = person.profile.more
        do {
            try visit.org.updateProfile(person.id, to: profile)
        } catch {
            let problems = FormProblems(error, fields: Org.Profile.fieldNames)
            return editPage(visit, person, visit.form, problems: problems).response(visit, status: .badRequest)
        }
        return visit.seeOther(path(person), notice: "The profile was saved.")
    }
}

extension Org.Profile {
    fileprivate var form: Form {
        Form([
            ("firstName", firstName), ("lastName", lastName), ("login", login), ("email", email),
            ("secondEmail", secondEmail ?? ""),
        ])
    }
}
