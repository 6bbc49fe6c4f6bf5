import Foundation
import GatewayAPI
import HTTPTypes
import Hummingbird
import SignIn
import Storage

extension Request {
    /// RFC 6750 §2.1; the scheme's case does not matter. Empty where there is none.
    var gatewayToken: String {
        guard let value = headers[.authorization], value.lowercased().hasPrefix("bearer ") else { return "" }
        return String(value.dropFirst("bearer ".count))
    }

    /// The gateway that sends this request.
    ///
    /// - Throws: 401 where there is none with its token, or no longer: who was one cuts everybody off at this answer.
    func gateway(_ store: Store) async throws -> Gateway {
        guard let gateway = try await store.gateway(token: gatewayToken) else {
            // Beside the answer, which waits for no write: where it cannot be written down, the cuts stay open until the lease ends.
            let token = gatewayToken
            Task { try? await store.endFormerGateway(token: token) }
            throw SignIn.Problem(
                .unauthorized,
                "No gateway has this token.",
                detail: "Make a new code for the gateway in Manager, under Sites, and enrol it again."
            )
        }
        return gateway
    }

    /// The JSON message in the body.
    ///
    /// - Throws: 400 where it is not that message, 413 where it is larger.
    func message<Message: Decodable>(_ type: Message.Type, upTo most: Int) async throws -> Message {
        let body = try await body.collect(upTo: most)
        do {
            return try GatewayJSON.message(type, from: Data(body.readableBytesView))
        } catch {
            throw SignIn.Problem.unlikeOurs
        }
    }
}

extension SignIn.Problem {
    static let unlikeOurs = SignIn.Problem(
        .badRequest,
        "The server did not understand the gateway.",
        detail: "Update timus-gateway to the version that belongs to this server."
    )
}
