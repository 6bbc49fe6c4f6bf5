import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization

@testable import OktaSimulator

/// Calls the management API of an org as an HTTP client does.
struct APIClient {
    let client: any TestClientProtocol
    var authorization: String?

    struct Answer {
        let status: Int
        let headers: HTTPFields
        let text: String

        var json: JSON? { try? JSONDecoder().decode(JSON.self, from: Data(text.utf8)) }
        var ids: [String] { (json?.array ?? []).compactMap { $0["id"]?.string } }
        var errorCode: String? { json?["errorCode"]?.string }

        /// The path and query of the link with this relation.
        func link(_ relation: String) -> String? {
            for line in headers[values: .link] where line.hasSuffix("rel=\"\(relation)\"") {
                let address = line.dropFirst().prefix { $0 != ">" }
                return address.firstRange(of: "/api/").map { String(address[$0.lowerBound...]) }
            }
            return nil
        }
    }

    func get(_ path: String) async throws -> Answer { try await call(.get, path) }

    func post(_ path: String, _ body: String = "") async throws -> Answer { try await call(.post, path, body) }

    func call(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = "",
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var fields = headers
        fields[.authorization] = authorization
        fields[.contentLength] = fields[.contentLength] ?? String(body.utf8.count)
        if !body.isEmpty { fields[.contentType] = "application/json" }
        let response = try await client.executeRequest(
            uri: path,
            method: method,
            headers: fields,
            body: ByteBuffer(string: body)
        )
        return Answer(
            status: Int(response.status.code),
            headers: response.headers,
            text: String(buffer: response.body)
        )
    }

    /// What the control API answers.
    @discardableResult
    func control(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = ""
    ) async throws -> Answer {
        try await call(method, "/simulator/v1/\(path)", body)
    }

    /// All ids of a list, page by page through its `next` links, and how many pages there were.
    func allIDs(_ path: String) async throws -> (ids: [String], pages: Int) {
        var ids: [String] = []
        var pages = 0
        var next: String? = path
        while let path = next {
            let answer = try await get(path)
            ids += answer.ids
            pages += 1
            next = answer.link("next")
        }
        return (ids, pages)
    }
}

/// Runs the body with a client that holds an API token of the org's administrator.
func withAPI(_ org: Org, _ body: @escaping @Sendable (APIClient) async throws -> Void) async throws {
    let token = try org.createToken("test", owner: org.administrator).value
    let router = Router(context: BasicRequestContext.self)
    router.add(middleware: RequestObserver(org: org))
    ManagementAPI(org: org).add(to: router)
    ControlAPI(org: org).add(to: router)
    try await Application(router: router).test(.router) { client in
        try await body(APIClient(client: client, authorization: "SSWS \(token)"))
    }
}

/// A clock that tests move.
final class Clock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_780_000_000))

    var now: Date { time.withLock { $0 } }

    func advance(seconds: TimeInterval) { time.withLock { $0 += seconds } }
}
