import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// `GET /account/session`: whose session the browser's cookie is, for a proxy or a page that asks before it goes on.
///
/// 401 where there is none, or no longer: what happened in Okta since counts, as everywhere.
struct SessionStatus {
    func add(to router: Router<WebContext>) {
        router.get("/account/session") { _, context -> Response in
            guard let signedIn = context.session, let user = signedIn.user else {
                throw Problem(.unauthorized, "Nobody is signed in here.", detail: "Sign in at /account.")
            }
            return .json(
                Body(okta_user_id: user.id.rawValue, name: user.name, expires_at: signedIn.session.expiresAt)
            )
        }
    }

    // The names of the commands' JSON.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    private struct Body: Encodable {
        let okta_user_id: String
        let name: String
        let expires_at: Date
    }
}
