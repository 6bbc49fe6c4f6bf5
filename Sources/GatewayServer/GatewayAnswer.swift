import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// JSON for a gateway.
enum GatewayAnswer {
    /// There is no gateway with that token, or no longer (RFC 9457).
    static var tokenIsUnknown: Response {
        get throws {
            let body = [
                "title": "No gateway has this token.",
                "detail": "Add the gateway to its site again in Manager, and give it the new token.",
            ]
            var response = try json(body, status: .unauthorized, contentType: "application/problem+json")
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
    }

    static func json(
        _ message: some Encodable,
        status: HTTPResponse.Status = .ok,
        contentType: String = "application/json"
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: status,
            headers: [.contentType: contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(message)))
        )
    }
}
