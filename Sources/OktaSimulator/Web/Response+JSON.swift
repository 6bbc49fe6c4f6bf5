import Foundation
import Hummingbird
import NIOCore

extension Response {
    /// JSON as the OAuth endpoints send it: never to be kept by caches, unless `headers` say otherwise.
    static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) throws -> Response {
        var fields: HTTPFields = [
            .contentType: "application/json",
            .cacheControl: "no-cache, no-store",
            .pragma: "no-cache",
            .expires: "0",
        ]
        for header in headers { fields[header.name] = header.value }
        let data = try JSONEncoder.oauth.encode(value)
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}
