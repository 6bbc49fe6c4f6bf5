import Foundation
import Hummingbird

/// `/login/login.htm`: username and password, for the org itself and for every app.
struct SignInPage: Sendable {
    let org: Org

    static let path = "/login/login.htm"

    /// - Parameters:
    ///   - goOn: the path of this org to go to after signing in; nil for the person's own page.
    ///   - username: what stands in the field already.
    static func path(goOn: String? = nil, username: String = "") -> String {
        var form = Form([])
        if let goOn { form.add("fromURI", goOn) }
        if !username.isEmpty { form.add("username", username) }
        return form.pairs.isEmpty ? path : "\(path)?\(form.encoded)"
    }

    func add<Context: RequestContext>(to router: Router<Context>) {
        router.get("/") { request, _ in
            Response.seeOther(request.session(in: org) == nil ? Self.path : UserHomePage.path)
        }
        router.get("/login/login.htm") { request, _ in page(request.query).response() }
        router.post("/login/login.htm") { request, _ in try await signIn(request) }
        router.get("/login/signout") { request, _ in signOut(request) }
        router.get("/login") { request, _ in addressPage(request.query) }
    }

    private func page(_ form: Form, problem: String? = nil) -> Document {
        let notice: HTML? = problem.map { "<div class=\"notice error\" role=\"alert\">\($0)</div>" }
        let username = Field(label: "Username", name: "username", value: form.text("username"))
        let password = Field(label: "Password", name: "password")
        return .card(
            "Sign In",
            organisation: org.name,
            """
            \(notice)<form method="post" action="\(Self.path)">\
            <input type="hidden" name="fromURI" value="\(form.text("fromURI"))">\
            \(username.input(attributes: " autocomplete=\"username\" autocapitalize=\"none\" required autofocus"))\
            \(password.input("password", attributes: " autocomplete=\"current-password\" required"))\
            \(Field(label: "Keep me signed in", name: "remember").checkbox(isOn: form.has("remember")))\
            <div class="actions"><button class="primary">Sign in</button></div></form>
            """
        )
    }

    private func signIn(_ request: Request) async throws -> Response {
        let form = try await request.form()
        guard request.isSameOrigin(as: org) else {
            return page(form, problem: "The form came from another site. Sign in here.").response(.forbidden)
        }
        switch org.signIn(username: form.text("username"), password: form["password"] ?? "") {
        case .accepted(let person):
            return try signedIn(person.id, form)
        case .mustChangePassword(let person):
            return .seeOther(NewPasswordPage.path(org.passwordChangeLink(for: person), goOn: form.text("fromURI")))
        case .lockedOut, .failed:
            return page(form, problem: "Unable to sign in").response(.unauthorized)
        }
    }

    /// Opens a session and goes on to where the person wanted to be.
    func signedIn(_ person: Org.Person.ID, _ form: Form) throws -> Response {
        let session = try org.openSession(for: person)
        var response = Response.seeOther(Self.localPath(form.text("fromURI")) ?? UserHomePage.path)
        response.remember(session, in: org, isKept: form.has("remember"))
        return response
    }

    /// The path if it leads to this org; nil for other addresses, so that nobody is sent elsewhere after signing in.
    private static func localPath(_ text: String) -> String? {
        let isLocal = text.hasPrefix("/") && !text.hasPrefix("//") && !text.contains("\\")
        return isLocal && !text.unicodeScalars.contains { $0.value < 32 } ? text : nil
    }

    private func signOut(_ request: Request) -> Response {
        if let (session, _) = request.session(in: org) { org.endSession(session.token) }
        var response = Response.seeOther(Self.path)
        response.forgetSession()
        return response
    }

    /// Where people begin who know only the name of their organisation.
    private func addressPage(_ query: Form) -> Response {
        let typed = query["organization"]
        let wanted = (typed ?? "").lowercased().trimmed
        let hostAndPort = org.origin.split(separator: "//", maxSplits: 1).last.map(String.init) ?? org.origin
        if let host = URL(string: org.origin)?.host(), !wanted.isEmpty,
            [org.origin, org.shownDomain, host, hostAndPort].contains(wanted.trimmedSlash)
        {
            return .seeOther(Self.path)
        }
        var address = Field(
            label: "Organization's address",
            name: "organization",
            value: typed ?? org.shownDomain,
            hint: "For example \(org.shownDomain)"
        )
        if typed != nil {
            address.problem = "There is no organization with this address. This one is \(org.shownDomain)."
        }
        return Document.card(
            "Enter your organization's address",
            organisation: "Login",
            """
            <form action="/login">\(address.input(attributes: " autocapitalize=\"none\" autofocus"))\
            <div class="actions"><button class="primary">Next</button></div></form>
            """
        ).response(typed == nil ? .ok : .notFound)
    }
}

extension String {
    fileprivate var trimmedSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
