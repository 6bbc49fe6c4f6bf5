import HTTPTypes
import Hummingbird
import OIDC
import Storage
import WebUI

/// `GET /sign-in/okta?iss=…`, the **Initiate login URI** given to Okta: somebody clicked the app's tile on Okta's dashboard, and
/// an ordinary sign-in begins (OpenID Connect Core 1.0 §4).
///
/// Anybody may link here, so it begins a sign-in and does nothing else: who it is says Okta, as ever.
struct StartFromOkta {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        router.get("/sign-in/okta") { request, context -> Response in
            let settings = entrance.settings
            guard let party = try await entrance.okta.relyingParty() else {
                return await refused(.integrationOff, request, context)
            }
            guard let issuer = request.query.once("iss"), issuer.utf8.elementsEqual(party.issuer.utf8) else {
                return await refused(.otherIssuer, request, context)
            }
            return try await StartAtOkta(entrance: entrance).response(
                loginHint: Self.loginHint(request.query.once("login_hint")),
                next: Self.target(request.query.once("target_link_uri"), on: settings),
                request: request,
                context: context
            )
        }
        router.refuseHead(of: "/sign-in/okta", allow: "GET, POST")
    }

    private func refused(_ failure: SignInFailure, _ request: Request, _ context: WebContext) async -> Response {
        await entrance.refused(at: failure.step, because: failure.sentences.what, request: request, context: context)
        return SignInFailedPage.redirect(failure, next: nil, settings: entrance.settings)
    }

    /// What was sent, if it can be an e-mail or a username.
    private static func loginHint(_ text: String?) -> String? {
        guard let text, (1...254).contains(text.utf8.count),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else { return nil }
        return text
    }

    /// The path, if the address is one of ours to which a sign-in may lead. What Connect asks for begins at Connect.
    static func target(_ address: String?, on settings: WebSettings) -> NextPath? {
        guard let address, address.utf8.starts(with: settings.publicURL.utf8),
            let next = NextPath(String(address.dropFirst(settings.publicURL.count))), Optional(next).purpose != .connect
        else { return nil }
        return next
    }
}

extension WebSettings {
    /// The **Initiate login URI** of the app integration in Okta.
    public var initiateLoginURI: String { publicURL + "/sign-in/okta" }
}
