import ConnectAPI
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SignIn

extension Request {
    /// The JSON message in the body.
    ///
    /// - Throws: 400 where it is not that message, 413 where it is larger than any of ours.
    func message<Message: Decodable>(_ type: Message.Type) async throws -> Message {
        let body = try await body.collect(upTo: 16 << 10)
        do {
            return try ConnectJSON.message(type, from: Data(body.readableBytesView))
        } catch {
            throw SignIn.Problem(
                .badRequest,
                "The server did not understand the request.",
                detail: "Update Timus Connect to the version that belongs to this server."
            )
        }
    }
}
