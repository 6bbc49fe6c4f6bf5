import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Storage
import WebUI

/// `/oauth/consent`: "Connect ana-laptop as ana.silva?", with the code that Connect shows too.
///
/// Without it, whoever sends somebody a link made on their own machine would be signed in there as them (RFC 8628
/// §5.4): only this form, in this browser, gives out a code.
struct ConsentPage {
    let entrance: Entrance

    static func path(packed: String) -> Path {
        ("/oauth/consent" as Path).query("request", packed)
    }

    /// Connect's request in a path that ``path(packed:)`` made; nil for any other path. It came from the browser, so every
    /// rule is checked again.
    static func query(in path: Path) -> AuthorizationQuery? {
        let parts = path.text.split(separator: "?", maxSplits: 1)
        guard parts.count == 2, parts[0] == "/oauth/consent", let packed = Form(encoded: parts[1])?.once("request")
        else { return nil }
        return try? AuthorizationQuery(packed: packed)
    }

    func add(to router: Router<WebContext>) {
        router.get("/oauth/consent") { request, context -> Response in
            let packed = request.query.value("request")
            do {
                let query = try AuthorizationQuery(packed: packed)
                let user = try context.requireUser(request)
                guard isFresh(context.session) else {
                    return try await again(query, packed: packed, request: request, context: context)
                }
                return page(query, packed: packed, user: user, context: context)
            } catch let flaw as AuthorizationQuery.Flaw {
                return AuthorizePage.response(to: flaw, issuer: entrance.settings.publicURL)
            }
        }
        router.refuseHead(of: "/oauth/consent", allow: "GET, POST")
        router.post("/oauth/consent") { request, context -> Response in
            let form = try await request.form()
            let user = try context.requireUser(request)
            let query: AuthorizationQuery
            do throws(AuthorizationQuery.Flaw) {
                query = try AuthorizationQuery(packed: form.value("request"))
            } catch {
                return AuthorizePage.response(to: error, issuer: entrance.settings.publicURL)
            }
            let isConfirmed = form.value("decision") == "continue"
            if isConfirmed, !isFresh(context.session) { return Self.tooLate(packed: form.value("request")) }
            return try await answer(query, isConfirmed: isConfirmed, user: user, context: context).response
        }
    }

    private func answer(
        _ query: AuthorizationQuery,
        isConfirmed: Bool,
        user: User,
        context: WebContext
    ) async throws(StoreError) -> AuthorizationAnswer {
        let program = [query.deviceName ?? "a program without a name", context.address.map { "from \($0)" }]
            .compactMap(\.self).joined(separator: ", ")
        guard isConfirmed else {
            try await entrance.store.noteCancelledSignIn(of: user, program: program)
            return AuthorizationAnswer(
                error: "access_denied",
                description: "The sign-in was cancelled in the browser.",
                redirectURI: query.redirectURI,
                state: query.state,
                issuer: entrance.settings.publicURL
            )
        }
        let code = try await entrance.store.makeAuthorizationCode(
            for: user.id,
            redirectURI: query.redirectURI,
            challenge: query.challenge,
            confirmedIn: context.session?.session.id,
            program: program
        )
        return AuthorizationAnswer(code: code.value, to: query, issuer: entrance.settings.publicURL)
    }

    /// Whether the person was at Okta just now, for this sign-in or one of the last ten minutes.
    private func isFresh(_ signedIn: SignedIn?) -> Bool {
        guard let signedIn else { return false }
        return entrance.store.now().timeIntervalSince(signedIn.session.createdAt) < Double(SignInAttempt.lifetime)
    }

    private func again(
        _ query: AuthorizationQuery,
        packed: String,
        request: Request,
        context: WebContext
    ) async throws -> Response {
        try await StartAtOkta(entrance: entrance).response(
            loginHint: query.loginHint,
            purpose: .connect,
            redirectAfter: Self.path(packed: packed).text,
            request: request,
            context: context
        )
    }

    /// A link and not a redirect: a browser holds `form-action` against every redirect that follows a form.
    private static func tooLate(packed: String) -> Response {
        Page(
            "This took too long",
            layout: .plain,
            """
            <p>Nothing was signed in. Sign in again, and continue within ten minutes.</p>
            <div class="actions">\(Button("Sign in again", to: path(packed: packed)))</div>
            """
        ).html.response(status: .badRequest)
    }

    /// The two buttons under a question. Whoever presses Enter presses the first.
    static let decision: HTML = """
        <div class="actions">\(Button("Cancel", .secondary, name: "decision", value: "cancel"))\
        \(Button("Continue", name: "decision", value: "continue"))</div>
        """

    private func page(_ query: AuthorizationQuery, packed: String, user: User, context: WebContext) -> Response {
        let now = entrance.store.now()
        let form: HTML = """
            <input type="hidden" name="request" value="\(packed)">
            \(Self.decision)
            """
        let who: HTML =
            query.deviceName.map { "Timus Connect on <strong>\(isolated: $0)</strong>" } ?? "A program on this computer"
        let content: HTML = """
            <p>\(who) asks to sign in as <strong>\(isolated: user.email ?? user.login)</strong>.</p>
            <p>The request came through this browser\(context.address.map { " from \($0)" as HTML }), \
            \(TimeText(now, now: now)). The name is the program's own. A link that somebody sent you would look the same.</p>
            <p>Continue only if Timus Connect, or the program that you started on this computer, shows the same code:</p>
            <p class="match-code">\(query.matchCode)</p>
            \(PostForm("/oauth/consent", csrf: context.session?.csrfToken ?? "", form))
            """
        return Page(
            "Connect \(query.deviceName ?? "a program on this computer") as \(user.name)?",
            layout: .plain,
            content
        )
        .html.response(formTargets: [query.formTarget])
    }
}
