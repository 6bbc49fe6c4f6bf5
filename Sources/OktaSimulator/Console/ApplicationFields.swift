import Foundation

/// What an administrator fills in for a web app, when it is made and when it is edited.
struct ApplicationFields {
    let form: Form
    let problems: FormProblems

    init(form: Form, problems: FormProblems) {
        self.form = form
        self.problems = problems
    }

    init(_ app: Org.AppIntegration) {
        var form = Form([("label", app.label)])
        for uri in app.signInRedirectURIs { form.add("signIn", uri) }
        for uri in app.signOutRedirectURIs { form.add("signOut", uri) }
        if app.requiresPKCE { form.add("pkce", "on") }
        if let uri = app.initiateLoginURI { form.add("initiate", uri) }
        self.init(form: form, problems: FormProblems())
    }

    var settings: Org.AppSettings {
        Org.AppSettings(
            label: form.text("label"),
            signInRedirectURIs: form.texts("signIn"),
            signOutRedirectURIs: form.texts("signOut"),
            requiresPKCE: form.has("pkce"),
            initiateLoginURI: form.texts("initiate").first
        )
    }

    /// The form with another empty field, where the button Add URI sent it; nil where it was saved.
    var formWithOneMore: Form? {
        guard let name = form["more"], ["signIn", "signOut"].contains(name) else { return nil }
        var longer = form
        longer.remove("more")
        longer.add(name, "")
        return longer
    }

    func check() -> FormProblems {
        var problems = FormProblems()
        if form.text("label").isEmpty { problems["label"] = FormProblems.blank }
        if form.texts("signIn").isEmpty { problems["signIn"] = "At least one sign-in redirect URI is needed." }
        for name in ["signIn", "signOut", "initiate"] {
            if let wrong = form.texts(name).first(where: { !Self.isAddress($0) }) {
                problems[name] = "\(wrong) is not an address that begins with https:// or http://."
            }
        }
        return problems
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let url = URL(string: text), let scheme = url.scheme else { return false }
        return ["http", "https"].contains(scheme) && url.host() != nil && url.fragment() == nil
    }

    var html: HTML {
        let label = Field(
            label: "App integration name",
            name: "label",
            value: form.text("label"),
            problem: problems["label"]
        )
        let initiate = Field(
            label: "Initiate login URI",
            name: "initiate",
            value: form.text("initiate"),
            problem: problems["initiate"],
            hint: "Optional. Where a click on the app's tile leads, to begin a sign-in."
        )
        return """
            <button class="unseen" tabindex="-1" aria-hidden="true">Save</button>\
            <section class="card"><h2>General Settings</h2>\(label.input())\
            <fieldset><legend>Proof Key for Code Exchange (PKCE)</legend>\
            \(Field(label: "Require PKCE as additional verification", name: "pkce").checkbox(isOn: form.has("pkce")))\
            </fieldset><fieldset><legend>Grant type</legend>\
            <p class="hint">Client acting on behalf of a user</p>\
            \(Field(label: "Authorization Code", name: "code").checkbox(isOn: true, isEnabled: false))\
            \(Field(label: "Refresh Token", name: "refresh").checkbox(isOn: false, isEnabled: false))</fieldset></section>\
            <section class="card"><h2>Login</h2>\
            \(addresses("Sign-in redirect URIs", "signIn", hint: "Where people are sent with a code after they signed in."))\
            \(addresses("Sign-out redirect URIs", "signOut", hint: "Optional. Where they are sent after they signed out."))\
            \(initiate.input(attributes: " inputmode=\"url\""))</section>
            """
    }

    /// One input an address; the first carries the label, the others a number after it.
    private func addresses(_ label: String, _ name: String, hint: String) -> HTML {
        let values = form.pairs.filter { $0.name == name }.map(\.value)
        let inputs: [HTML] = (values.isEmpty ? [""] : values).enumerated().map { index, value in
            let attributes: HTML = """
                name="\(name)" type="text" inputmode="url" value="\(value)"\
                \(" aria-invalid=\"true\"", if: problems[name] != nil)
                """
            return index == 0
                ? "<input id=\"field-\(name)\" \(attributes) aria-describedby=\"field-\(name)-hint\">"
                : "<input aria-label=\"\(label) \(index + 1)\" \(attributes)>"
        }
        let problem: HTML? = problems[name].map { "<p class=\"problem\">\($0)</p>" }
        return """
            <div class="field many">\
            <label for="field-\(name)">\(label)</label>\
            <p class="hint" id="field-\(name)-hint">\(hint)</p>\(problem)\(inputs)\
            <button class="small" name="more" value="\(name)">Add URI</button></div>
            """
    }
}
