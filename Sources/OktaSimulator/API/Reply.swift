import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What an operation answers, before the headers that every answer carries.
struct Reply: Sendable {
    var status: HTTPResponse.Status = .ok
    var body: [UInt8] = []
    /// `self`, and `next` where there is more.
    var links: [(relation: String, address: String)] = []
    var entityTag: String?

    static let noContent = Reply(status: .noContent)
    static let emptyObject = Reply(body: Array("{}".utf8))

    static func json(_ write: (inout JSONWriter) -> Void) -> Reply {
        var writer = JSONWriter()
        write(&writer)
        return Reply(body: writer.bytes)
    }

    static func failure(_ failure: OktaFailure) -> Reply {
        var reply = json { writer in
            writer.object { writer in
                writer.member("errorCode", failure.code)
                writer.member("errorSummary", failure.summary)
                writer.member("errorLink", failure.code)
                writer.member("errorId", "oae" + RandomText.secret(22))
                writer.array("errorCauses") { writer in
                    for cause in failure.causes { writer.object { $0.member("errorSummary", cause) } }
                }
            }
        }
        reply.status = HTTPResponse.Status(code: failure.status)
        return reply
    }

    func response(_ limit: RateMeter.Standing?) -> Response {
        var headers: HTTPFields = [
            .oktaRequestID: RandomText.secret(27),
            .cacheControl: "no-cache, no-store",
            .pragma: "no-cache",
            .expires: "0",
            .strictTransportSecurity: "max-age=315360000; includeSubDomains",
            .xContentTypeOptions: "nosniff",
            .setCookie: "JSESSIONID=\(RandomText.secret(32).uppercased()); Path=/; Secure; HttpOnly",
        ]
        if !body.isEmpty { headers[.contentType] = "application/json" }
        if let limit { headers.set(limit) }
        for link in links {
            headers.append(HTTPField(name: .link, value: "<\(link.address)>; rel=\"\(link.relation)\""))
        }
        if let entityTag { headers[.eTag] = entityTag }
        return Response(
            status: status,
            headers: headers,
            body: body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}

extension HTTPFields {
    /// The three headers that say how much is left.
    mutating func set(_ standing: RateMeter.Standing) {
        self[.rateLimitLimit] = String(standing.limit)
        self[.rateLimitRemaining] = String(standing.remaining)
        self[.rateLimitReset] = String(standing.reset)
    }
}

// Names of letters and hyphens are always well formed.
// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    static let link = HTTPField.Name("link")!
    static let pragma = HTTPField.Name("pragma")!
    static let oktaRequestID = HTTPField.Name("x-okta-request-id")!
    static let rateLimitLimit = HTTPField.Name("x-rate-limit-limit")!
    static let rateLimitRemaining = HTTPField.Name("x-rate-limit-remaining")!
    static let rateLimitReset = HTTPField.Name("x-rate-limit-reset")!
}
