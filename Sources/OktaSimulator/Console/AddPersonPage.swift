import HTTPTypes
import Hummingbird

/// `/admin/users/new`: the popup Add Person.
enum AddPersonPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/users/new") { visit in
            page(visit, isNew: true).response(visit)
        }
        console.post("/admin/users/new") { visit in try save(visit) }
    }

    private static func page(
        _ visit: Visit,
        isNew: Bool = false,
        problems: FormProblems = FormProblems()
    ) -> ConsolePage {
        let form = visit.form
        func field(_ label: String, _ name: String, hint: String? = nil) -> Field {
            Field(label: label, name: name, value: form.text(name), problem: problems[name], hint: hint)
        }
        let groups = visit.org.groups(limit: 500) { $0.kind == .okta }.map { ($0.id.description, $0.name) }
        let isByAdmin = form["passwordBy"] == "admin"
        return ConsolePage(
            Dialog(
                title: "Add Person",
                content: visit.postForm(
                    "/admin/users/new",
                    """
                    \(problems.summary)\
                    \(field("User type", "userType").select([("user", "User")], chosen: ["user"]))\
                    \(field("First name", "firstName").input(attributes: isNew ? " autofocus" : ""))\
                    \(field("Last name", "lastName").input())\
                    \(field("Username", "login", hint: "In the form of an email address.").input())\
                    \(field("Primary email", "email", hint: "Leave it blank if it is the username.").input())\
                    \(field("Secondary email (optional)", "secondEmail").input())\
                    \(field("Groups (optional)", "groups").select(groups, chosen: Set(form.texts("groups")), many: true))\
                    <fieldset><legend>Password</legend>\
                    \(Field(label: "Set by user", name: "passwordBy").radio("user", isOn: !isByAdmin))\
                    \(Field(label: "Set by admin", name: "passwordBy").radio("admin", isOn: isByAdmin))\
                    <div class="only-user">\(Field(label: "Send user activation email now", name: "sendMail")
                        .checkbox(isOn: form.has("sendMail")))</div>\
                    <div class="only-admin">\
                    \(field("Password", "password").input("password", attributes: " autocomplete=\"new-password\""))\
                    \(Field(label: "User must change password on first login", name: "mustChange")
                        .checkbox(isOn: isNew || form.has("mustChange")))</div></fieldset>\
                    <div class="actions"><button class="primary">Save</button>\
                    <button name="then" value="another">Save and Add Another</button>\
                    <a class="button" href="\(ConsolePage.Place.people.path)">Cancel</a></div>
                    """
                )
            ),
            over: .people
        )
    }

    private static func save(_ visit: Visit) throws -> Response {
        let form = visit.form
        let isByAdmin = form["passwordBy"] == "admin"
        let person: Org.Person
        do {
            person = try visit.org.createPerson(
                Org.Profile(form),
                credentials: isByAdmin ? .password(form["password"] ?? "") : .setByUser,
                activate: isByAdmin || form.has("sendMail"),
                changePasswordAtNextLogin: form.has("mustChange"),
                groups: form.texts("groups").map { Org.Group.ID($0) }
            )
        } catch {
            let problems = FormProblems(error, fields: Org.Profile.fieldNames.union(["password"]))
            return page(visit, problems: problems).response(visit, status: .badRequest)
        }
        let notice = "\(person.name) was added."
        return form["then"] == "another"
            ? visit.seeOther("/admin/users/new", notice: notice)
            : visit.seeOther(ConsolePage.Place.people.path, notice: notice)
    }
}

extension Org.Profile {
    /// The names of the fields that pages have for a profile.
    static let fieldNames: Set<String> = ["firstName", "lastName", "login", "email", "secondEmail"]

    /// What was typed; the primary e-mail is the username where it was left out.
    init(_ form: Form) {
        let email = form.text("email")
        let secondEmail = form.text("secondEmail")
        self.init(
            firstName: form.text("firstName"),
            lastName: form.text("lastName"),
            login: form.text("login"),
            email: email.isEmpty ? nil : email,
            secondEmail: secondEmail.isEmpty ? nil : secondEmail
        )
    }
}
