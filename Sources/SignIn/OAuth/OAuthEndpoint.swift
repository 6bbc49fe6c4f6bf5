import Foundation
import HTTPTypes
import Hummingbird

extension Router<WebContext> {
    /// Adds an endpoint that programs post forms to, and whose errors are in OAuth's form (RFC 6749 §5.2).
    ///
    /// - Parameters:
    ///   - entrance: records whom it refuses.
    ///   - answer: Is given the form of a request by Connect, in which no name is there twice.
    func endpoint(
        _ path: RouterPath,
        of entrance: Entrance,
        _ answer: @escaping @Sendable (Form, Request, WebContext) async throws -> Response
    ) {
        post(path) { request, context -> Response in
            do {
                return try await answer(try await request.connectForm(), request, context)
            } catch let refusal as OAuthRefusal {
                if let step = refusal.step {
                    await entrance.refused(at: step, because: refusal.description, request: request, context: context)
                }
                return refusal.response
            }
        }
    }
}

extension Form {
    /// The value of a parameter; nil where it was not sent, or without a value, which is the same (RFC 6749 §3.1).
    func parameter(_ name: String) -> String? {
        once(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Request {
    /// The form of a request by Connect, which names itself and has no secret.
    fileprivate func connectForm() async throws -> Form {
        guard isForm, let form = try? await form() else {
            throw OAuthRefusal(.invalidRequest, "The body has to be application/x-www-form-urlencoded.")
        }
        guard form.repeatedName == nil else {
            throw OAuthRefusal(.invalidRequest, "A parameter was sent more than once.")
        }
        let description = "client_id has to be \(ConnectClient.id), without a secret."
        if let authorization = headers[.authorization] {
            guard Self.isConnect(basic: authorization), [nil, ConnectClient.id].contains(form.parameter("client_id"))
            else { throw OAuthRefusal(.invalidClient, description, usedAuthorization: true) }
        } else if form.parameter("client_id") != ConnectClient.id {
            throw OAuthRefusal(.invalidClient, description)
        }
        return form
    }

    /// Whether it is our client's id with an empty secret (RFC 6749 §2.3.1), by which some libraries name a client that has
    /// none.
    private static func isConnect(basic authorization: String) -> Bool {
        let parts = authorization.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "basic" else { return false }
        return Data(base64Encoded: String(parts[1])) == Data("\(ConnectClient.id):".utf8)
    }
}
