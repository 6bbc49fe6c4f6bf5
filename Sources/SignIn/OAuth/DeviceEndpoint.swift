import Foundation
import Hummingbird
import Storage

/// `POST /oauth/device_authorization`: the beginning of a sign-in on a machine without a browser (RFC 8628 §3.1).
struct DeviceEndpoint {
    let entrance: Entrance
    let limit: RateLimit

    func add(to router: Router<WebContext>) {
        router.endpoint("/oauth/device_authorization", of: entrance) { form, request, context in
            try await begin(form, request, context)
        }
    }

    private func begin(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
        let name = form.optional("device_name")
        guard name.map(AuthorizationQuery.isDeviceName) ?? true else {
            throw OAuthRefusal(.invalidRequest, "device_name has 1 to 64 characters.")
        }
        guard await limit.allows(NetworkSource.of(context.address)) else {
            let refusal = OAuthRefusal(.slowDown, "Too many sign-ins were begun here. Try again in ten minutes.")
            await entrance.refused(at: .session, because: refusal.description, request: request, context: context)
            throw refusal
        }
        let (code, secret) = try await entrance.store.makeDeviceCode(deviceName: name, address: context.address)
        return .json(
            Body(
                device_code: secret.value,
                user_code: code.userCode,
                verification_uri: entrance.settings.publicURL + "/oauth/device"
            )
        )
    }

    // The names of RFC 8628 §3.2. Without verification_uri_complete: the person types the code.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    private struct Body: Encodable {
        let device_code: String
        let user_code: String
        let verification_uri: String
        let expires_in = DeviceCode.lifetime
        let interval = DeviceCode.interval
    }
}
