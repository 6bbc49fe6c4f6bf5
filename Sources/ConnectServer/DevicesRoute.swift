import ConnectAPI
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import SignIn
import Storage

/// Makes a machine one of the user's devices.
struct DevicesRoute: Sendable {
    let store: Store

    func add(to router: Router<WebContext>) {
        router.post(RouterPath(ConnectPath.devices)) { request, _ in
            let (user, _) = try await connectUser(request, store)
            let enrolment = try await request.message(DeviceEnrolment.self)
            try check(enrolment)
            let (device, token) = try await store.enrolDevice(
                user: user.id,
                name: enrolment.name,
                publicKey: enrolment.publicKey,
                platform: enrolment.platform
            )
            let enrolled = EnrolledDevice(id: device.id.rawValue, name: device.name, token: token.value)
            return Response.json(enrolled, status: .created)
        }
    }

    /// Names are shown to administrators: one line of text. The key is taken in one form only, so that the store can tell two
    /// keys apart by their text.
    private func check(_ enrolment: DeviceEnrolment) throws(SignIn.Problem) {
        guard let key = Data(base64Encoded: enrolment.publicKey), key.count == 32,
            key.base64EncodedString() == enrolment.publicKey, key.contains(where: { $0 != 0 })
        else {
            throw SignIn.Problem(
                .badRequest,
                "This is not a WireGuard public key.",
                detail: "Sign in again to make a new one."
            )
        }
        guard isLine(enrolment.name, upTo: 64), isLine(enrolment.platform, upTo: 32) else {
            throw SignIn.Problem(
                .badRequest,
                "The device's name cannot be used.",
                detail: "Name it in 1 to 64 characters."
            )
        }
    }

    private func isLine(_ text: String, upTo most: Int) -> Bool {
        (1...most).contains(text.count) && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
