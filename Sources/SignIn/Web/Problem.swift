import Foundation
public import HTTPTypes
public import Hummingbird
import NIOCore

/// A refusal for programs (RFC 9457): one sentence on what happened, one on what to do.
public struct Problem: HTTPResponseError, Equatable {
    public let status: HTTPResponse.Status
    public let title: String
    public let detail: String?
    /// Seconds after which to ask again (RFC 9110 §10.2.3); nil where that is not known.
    public let retryAfter: Int?

    public init(_ status: HTTPResponse.Status, _ title: String, detail: String? = nil, retryAfter: Int? = nil) {
        self.status = status
        self.title = title
        self.detail = detail
        self.retryAfter = retryAfter
    }

    public func response(from request: Request, context: some RequestContext) -> Response {
        response
    }

    var response: Response {
        var response = Response.json(
            Body(title: title, detail: detail, status: status.code),
            status: status,
            contentType: "application/problem+json"
        )
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }

    private struct Body: Encodable {
        let title: String
        let detail: String?
        let status: Int
    }
}

extension Response {
    /// JSON whose keys stand in the same order every time.
    public static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        contentType: String = "application/json"
    ) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        guard let body = try? encoder.encode(value) else { return Response(status: .internalServerError) }
        return Response(
            status: status,
            headers: [.contentType: contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
