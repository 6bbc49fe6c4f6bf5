import Foundation
import HTTPTypes
import Hummingbird
import Storage
import WebUI

/// `/sign-in/failed/{why}`: what kept somebody out, what to do, and the way back in.
struct SignInFailedPage {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        router.get("/sign-in/failed/:why") { request, context -> Response in
            guard let failure = context.parameters.get("why").flatMap(SignInFailure.init(rawValue:)) else {
                throw HTTPError(.notFound)
            }
            let party = try await entrance.okta.relyingParty()
            return page(failure, request: request, context: context)
                .response(status: failure.status, formTargets: party.map(\.formTargets) ?? [])
        }
    }

    private func page(_ failure: SignInFailure, request: Request, context: WebContext) -> HTML {
        let (what, remedy) = failure.sentences
        let next = NextPath(request.query.value("next"))
        let person = Self.person(in: request, settings: entrance.settings)
        let who = person.map { "<p>Okta signed you in as <strong>\(isolated: $0)</strong>.</p>" as HTML }
        let anotherWay = Link("Sign in another way", to: Path("/sign-in").query("next", next?.path.text)).html
        let content: HTML = """
            \(Notice(what, .negative, detail: "<p>\(remedy)</p>"))
            \(who)
            <form method="post" action="/sign-in/okta" novalidate>\(context.csrfField)
            <input type="hidden" name="next" value="\(next?.path.text ?? "")">
            <div class="actions">\(Button("Try again"))\
            \(Button("Sign in as another Okta user", .plain, name: "another", value: "yes"))</div>
            </form>
            <p>\(wayBack(failure, next: next) ?? anotherWay)</p>
            """
        return Page("You are not signed in", layout: .plain, content).html
    }

    /// The link by which Connect, which waits for its sign-in on a port of this machine, learns what this page says (RFC 6749
    /// §4.1.2.1); nil where it was not Connect that began. Only a link: the person may still try again here.
    private func wayBack(_ failure: SignInFailure, next: NextPath?) -> HTML? {
        guard let query = next.flatMap({ ConsentPage.query(in: $0.path) }) else { return nil }
        let (what, remedy) = failure.sentences
        let answer = AuthorizationAnswer(
            error: failure.oauthError,
            description: "\(what) \(remedy)",
            redirectURI: query.redirectURI,
            state: query.state,
            issuer: entrance.settings.publicURL
        )
        return "<a href=\"\(answer.address)\">Back to Timus Connect</a>"
    }

    /// Sends the browser here. The address holds nothing of Okta's answer.
    static func redirect(
        _ failure: SignInFailure,
        next: String?,
        person: String? = nil,
        settings: WebSettings
    ) -> Response {
        var response = Response.seeOther(Path("/sign-in/failed/\(failure)").query("next", next))
        if let person {
            response.setCookie(
                Cookie(
                    name: settings.cookieName(personCookie),
                    value: Data(person.prefix(200).utf8).base64URLEncoded,
                    maxAge: 60,
                    path: "/",
                    secure: settings.isSecure,
                    httpOnly: true,
                    sameSite: .lax
                )
            )
        }
        return response
    }

    private static let personCookie = "timus-okta-person"

    /// The Okta username of a verified sign-in that did not lead in.
    private static func person(in request: Request, settings: WebSettings) -> String? {
        request.cookies[settings.cookieName(personCookie)]
            .flatMap { Data(base64URLEncoded: $0.value) }
            .flatMap { String(data: $0, encoding: .utf8) }
    }
}
