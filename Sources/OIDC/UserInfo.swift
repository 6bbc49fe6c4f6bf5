import Foundation
import NIOHTTP1

/// What the UserInfo endpoint says about a user (OpenID Connect Core 1.0 §5.3.2).
public struct UserInfo: Sendable {
    public let subject: String
    /// Every claim as it came.
    public let all: [String: ClaimValue]

    init(_ answer: Fetch.Answer) throws(OIDCError) {
        guard answer.status == 200 else {
            throw .malformedResponse(cause: "UserInfo answered with HTTP status \(answer.status)")
        }
        // A signed or encrypted one comes as application/jwt, and was not asked for.
        let type = answer.headers.first(name: "Content-Type")?.lowercased().prefix { $0 != ";" && $0 != " " }
        guard type == "application/json", let fields = try? StrictJSON.decode(Fields.self, from: answer.body) else {
            throw .malformedResponse(cause: "UserInfo is no JSON object with a sub")
        }
        subject = fields.sub
        all = ClaimValue.members(of: answer.body)
    }

    private struct Fields: Decodable {
        let sub: String
    }
}
