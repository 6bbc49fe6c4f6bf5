import Foundation
import Hummingbird
import Storage

/// `POST /oauth/device_authorization`: the beginning of a sign-in on a machine without a browser (RFC 8628 §3.1).
struct DeviceEndpoint {
    let entrance: Entrance
    let limit: RateLimit

    func add(to router: Router<WebContext>) {
        router.post("/oauth/device_authorization") { request, context -> Response in
            do {
                return try await begin(request, context)
            } catch let refusal as OAuthRefusal {
                return refusal.response
            }
        }
    }

    private func begin(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await request.connectForm()
        let name = form.optional("device_name")
        guard name.map(AuthorizationQuery.isDeviceName) ?? true else {
            throw OAuthRefusal(.invalidRequest, "device_name has 1 to 64 characters.")
        }
        guard await limit.allows(context.address ?? "nowhere") else {
            throw OAuthRefusal(.slowDown, "Too many sign-ins were begun here. Try again in ten minutes.")
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
