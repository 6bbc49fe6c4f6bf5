import HTTPTypes
import Hummingbird
import Storage
import WebUI

/// `/sign-in/second-factor`: the code that is asked for after the right password. There is no session before it is right.
struct SecondFactorPage {
    let entrance: Entrance

    /// Binds the sign-in that waits to the browser in which the password was right.
    private static let cookie = "timus-pending"

    func add(to router: Router<WebContext>) {
        router.get("/sign-in/second-factor") { request, context -> Response in
            guard let token = token(in: request),
                try await entrance.store.awaitsSecondFactor(token: token)
            else { return .seeOther("/sign-in") }
            return page(context)
        }
        router.post("/sign-in/second-factor") { request, context -> Response in
            guard let token = token(in: request) else { return over(request, context) }
            let code = try await request.form().value("code")
            guard !code.isEmpty else { return page(context, .unprocessableContent, "Enter the code of your app") }
            do {
                let answer = try await entrance.store.finishSecondFactor(
                    token: token,
                    code: code,
                    from: context.signInSource
                )
                return try await go(on: answer, request, context)
            } catch {
                guard let refusal = AttemptRefusal(error) else { throw error }
                await refused(because: refusal.reason, request, context)
                return refusal.answer(page(context, refusal.status, refusal.sentence))
            }
        }
    }

    /// Goes from the password to the code.
    static func begin(
        for administrator: Administrator,
        going path: Path,
        entrance: Entrance,
        request: Request
    ) async throws -> Response {
        let token = try await entrance.store.beginSecondFactor(of: administrator.id, redirectAfter: path.text)
        var response = Response.seeOther("/sign-in/second-factor")
        let cookies = BrowserCookies(request, settings: entrance.settings, console: .manager)
        response.setCookie(cookies.cookie(cookie, token.value, maxAge: 300))
        return response
    }

    private func go(
        on answer: SecondFactorAnswer,
        _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        switch answer {
        case .wrong(let left):
            await refused(because: "The code of the second factor was wrong.", request, context)
            let tries = left == 1 ? "one try is" : "\(left) tries are"
            return page(context, .unauthorized, "Enter the code that your app shows now; \(tries) left")
        case .over:
            await refused(because: "The sign-in had ended before its code came.", request, context)
            return over(request, context)
        case .entered(let administrator, let path):
            var response = try await entrance.open(
                .administrator(administrator.id),
                request: request,
                context: context,
                going: Path(sameSite: path) ?? "/"
            )
            response.setCookie(endOfCookie(request))
            return response
        }
    }

    private func refused(because reason: String, _ request: Request, _ context: WebContext) async {
        await entrance.refused(at: .session, because: reason, request: request, context: context)
    }

    private func over(_ request: Request, _ context: WebContext) -> Response {
        let content: HTML = """
            \(Notice(
                "This sign-in has ended.", .negative,
                detail: "<p>It took more than five minutes, was used already, or had five wrong codes.</p>"
            ))
            <div class="actions">\(Button("Sign in again", to: "/sign-in"))</div>
            """
        var response = Page("You are not signed in", layout: .plain, content).html.response(status: .unauthorized)
        response.setCookie(endOfCookie(request))
        return response
    }

    private func page(
        _ context: WebContext,
        _ status: HTTPResponse.Status = .ok,
        _ error: String? = nil
    ) -> Response {
        let errors = error.map { FormErrors($0, field: "code") } ?? FormErrors()
        let content: HTML = """
            \(ErrorSummary(errors))
            <form method="post" action="/sign-in/second-factor" novalidate>\(context.csrfField)
            \(Field(
                "Code", name: "code", hint: "Six digits from your authenticator app, or one of your recovery codes.",
                errors: errors, autocomplete: "one-time-code", width: .full
            ))
            <div class="actions">\(Button("Sign in"))\(Button("Start again", .plain, to: "/sign-in"))</div>
            </form>
            """
        return Page("Enter your code", layout: .plain, hasErrors: !errors.isEmpty, content).html
            .response(status: status)
    }

    private func token(in request: Request) -> String? {
        CookieHeader(request.headers[values: .cookie]).once(entrance.settings.cookieName(Self.cookie))
    }

    private func endOfCookie(_ request: Request) -> Cookie {
        BrowserCookies(request, settings: entrance.settings, console: .manager).cookie(Self.cookie, "", maxAge: 0)
    }
}
