import Directory
import HTTPTypes
import Hummingbird
import Storage
import WebUI

/// `/oauth/device`: where a person types the code that Connect shows on a machine without a browser (RFC 8628 §3.3).
struct DevicePage {
    let entrance: Entrance
    /// Codes that a user may get wrong, and that may be got wrong from one address. 20^8 codes leave nothing to hope for.
    let byUser: RateLimit
    let byAddress: RateLimit

    func add(to router: Router<WebContext>) {
        router.get("/oauth/device") { request, context -> Response in
            _ = try context.requireUser(request)
            return page(context: context)
        }
        router.post("/oauth/device") { request, context -> Response in
            let user = try context.requireUser(request)
            let typed = try await request.form().value("user_code")
            switch try await find(typed, user: user, context: context) {
            case .found(let code): return confirmation(code, user: user, context: context)
            case .tooManyTried:
                return page(typed, error: "Wait ten minutes: too many codes were tried", context: context)
            case .unknown:
                return page(
                    typed,
                    error: "Enter the eight letters that Timus Connect shows. They are good for ten minutes",
                    context: context
                )
            }
        }
        router.post("/oauth/device/decision") { request, context -> Response in
            let user = try context.requireUser(request)
            let form = try await request.form()
            guard case .found(let code) = try await find(form.value("user_code"), user: user, context: context) else {
                return page(error: "Enter the code again: it ran out or was used", context: context)
            }
            guard form.value("decision") == "continue" else {
                try await entrance.store.denyDeviceCode(code.id, by: user)
                return done("The sign-in was cancelled", "Timus Connect is not signed in there.")
            }
            try await entrance.store.approveDeviceCode(code.id, by: user)
            return done("You are signed in", "Go back to Timus Connect: it goes on by itself. You can close this page.")
        }
    }

    private enum Search {
        case found(DeviceCode)
        case unknown
        case tooManyTried
    }

    /// Each try counts before it is looked up, so that many at once gain nothing; a right one is taken back.
    private func find(_ typed: String, user: User, context: WebContext) async throws(StoreError) -> Search {
        let (person, place) = (user.id.rawValue, NetworkSource.of(context.address))
        guard await byUser.allows(person), await byAddress.allows(place) else { return .tooManyTried }
        guard let code = try await entrance.store.deviceCode(userCode: typed) else { return .unknown }
        await byUser.forgive(person)
        await byAddress.forgive(place)
        return .found(code)
    }

    private func page(_ typed: String = "", error: String? = nil, context: WebContext) -> Response {
        let errors = error.map { FormErrors($0, field: "user_code") } ?? FormErrors()
        let form: HTML = """
            \(Field(
                "Code", name: "user_code", value: typed, hint: "Eight letters, as Timus Connect shows them.",
                errors: errors, width: .short
            ))
            <div class="actions">\(Button("Continue"))</div>
            """
        let content: HTML = """
            \(ErrorSummary(errors))
            \(PostForm("/oauth/device", csrf: context.session?.csrfToken ?? "", form))
            """
        return Page("Sign in on another machine", layout: .plain, hasErrors: !errors.isEmpty, content).html
            .response(status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func confirmation(_ code: DeviceCode, user: User, context: WebContext) -> Response {
        let device = code.deviceName ?? "a machine without a name"
        let form: HTML = """
            <input type="hidden" name="user_code" value="\(code.userCode)">
            \(ConsentPage.decision)
            """
        let content: HTML = """
            <p>Timus Connect on <strong>\(isolated: device)</strong> asks to sign in as \
            <strong>\(isolated: user.email ?? user.login)</strong>. It began \
            \(TimeText(code.createdAt, now: entrance.store.now()))\(code.address.map { " from \($0)" as HTML }).</p>
            <p>Continue only if you began it yourself. Nobody from your organisation asks you to enter a code.</p>
            \(PostForm("/oauth/device/decision", csrf: context.session?.csrfToken ?? "", form))
            """
        return Page("Connect \(device) as \(user.name)?", layout: .plain, content).html.response()
    }

    private func done(_ title: String, _ sentence: String) -> Response {
        Page(title, layout: .plain, "<p>\(sentence)</p>").html.response()
    }
}
