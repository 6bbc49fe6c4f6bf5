import Hummingbird
import NIOCore

/// `/oauth2/v1/authorize`: sends the browser back to the app with a code, perhaps by way of the sign-in page.
struct AuthorizeRoutes: Sendable {
    let org: Org

    func add<Context: RequestContext>(to router: Router<Context>) {
        router.get("/oauth2/v1/authorize") { request, _ in authorize(request, request.query) }
        router.post("/oauth2/v1/authorize") { request, _ in authorize(request, try await request.form()) }
    }

    private func authorize(_ request: Request, _ parameters: Form) -> Response {
        let wanted: AuthorizationRequest
        do throws(OAuthError) {
            wanted = try AuthorizationRequest(parameters, org: org)
        } catch {
            return error.page(organisation: org.name)
        }
        do throws(OAuthError) {
            return try answer(wanted, session: request.session(in: org))
        } catch {
            return wanted.answer([("error", error.code), ("error_description", error.description)])
        }
    }

    private func answer(
        _ wanted: AuthorizationRequest,
        session: (session: Org.Session, person: Org.Person)?
    ) throws(OAuthError) -> Response {
        guard wanted.client.isActive else {
            throw OAuthError(code: "unauthorized_client", description: "The client is not active.")
        }
        try wanted.check()
        let now = org.now()
        guard let (session, person) = session, !wanted.needsNewSignIn(since: session.startedAt, now: now) else {
            if wanted.prompts.contains("none") { throw .loginRequired }
            return .seeOther(SignInPage.path(goOn: wanted.path(signedInAfter: now), username: wanted.loginHint))
        }
        guard org.isAssigned(person.id, to: wanted.client.id) else { throw .notAssigned }
        let code = org.issueCode(
            client: wanted.client.id,
            person: person.id,
            redirectURI: wanted.redirectURI,
            scopes: wanted.scopes,
            nonce: wanted.nonce,
            challenge: wanted.challenge,
            signedInAt: session.startedAt
        )
        return wanted.answer([("code", code.code)])
    }
}

extension AuthorizationRequest {
    /// Takes the browser back to the app, with the state that it gave.
    func answer(_ values: [(name: String, value: String)]) -> Response {
        var form = Form([])
        if let state { form.add("state", state) }
        for (name, value) in values { form.add(name, value) }
        var response =
            switch parameters["response_mode"] {
            case "form_post": formPost(form)
            case "fragment": Response.seeOther("\(redirectURI)#\(form.encoded)")
            default: Response.seeOther(redirectURI + (redirectURI.contains("?") ? "&" : "?") + form.encoded)
            }
        response.status = response.status == .seeOther ? .found : response.status
        response.headers[.referrerPolicy] = "no-referrer"
        return response
    }

    private func formPost(_ form: Form) -> Response {
        let fields: [HTML] = form.pairs.map { pair in
            "<input type=\"hidden\" name=\"\(pair.name)\" value=\"\(pair.value)\">"
        }
        let content: HTML = """
            <form method="post" action="\(redirectURI)" data-submit>\(fields)<button class="primary">Continue</button></form>
            """
        return Document.card("Signed in", organisation: client.label, content).response()
    }
}

extension OAuthError {
    /// What the person sees where nothing may be sent to the app.
    func page(organisation: String) -> Response {
        let content: HTML = """
            <p>Your request resulted in an error.</p>\
            <div class="notice error" role="alert">\(description)</div>\
            <dl><dt>Error code</dt><dd>\(code)</dd></dl>
            """
        return Document.card("400 Bad Request", organisation: organisation, content).response(.badRequest)
    }
}
