import Directory
import Storage

import struct Foundation.Date

/// A gateway with the code by which it enrols, as JSON. The code is shown this once.
struct GatewayCode: Encodable {
    let id: String
    let name: String
    let endpoint: String
    let code: String
    @OrNull var codeExpiresAt: Date?

    init(_ gateway: Gateway, _ code: Secret) {
        id = gateway.id.rawValue
        name = gateway.name
        endpoint = gateway.endpoint
        self.code = code.value
        codeExpiresAt = gateway.codeExpiresAt
    }

    /// The code alone on stdout, so that a script can take it; what to do with it on stderr.
    func say() {
        Standard.answer(code)
        Standard.error("On the gateway, as root: timus-gateway enrol --server URL --code CODE, then timus-gateway run.")
    }
}
