import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// One HTTP exchange with the provider: no redirect, ten seconds from the request to the last byte, a bounded body.
struct Fetch: Sendable {
    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: Data
    }

    let http: HTTPClient

    func get(_ url: String, upTo bytes: Int) async throws(OIDCError) -> Answer {
        try await execute(HTTPClientRequest(url: url), upTo: bytes)
    }

    /// A form, with HTTP Basic in front.
    func post(
        _ fields: [(name: String, value: String)],
        to url: String,
        authorization: String,
        upTo bytes: Int
    ) async throws(OIDCError) -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Authorization", value: authorization)
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: FormEncoding.encode(fields)))
        return try await execute(request, upTo: bytes)
    }

    private func execute(_ request: HTTPClientRequest, upTo bytes: Int) async throws(OIDCError) -> Answer {
        var message = request
        message.headers.add(name: "Accept", value: "application/json")
        message.headers.add(name: "User-Agent", value: "Timus/1.0")
        let outgoing = message
        do {
            return try await withDeadline(.seconds(10)) { [http] in
                let response = try await http.execute(outgoing, timeout: .seconds(60))
                let body = try await response.body.collect(upTo: bytes)
                let wasRedirected = response.history.count > 1
                return Answer(
                    status: wasRedirected ? 302 : Int(response.status.code),
                    headers: response.headers,
                    body: Data(body.readableBytesView)
                )
            }
        } catch {
            throw OIDCError(transport: error, url: request.url)
        }
    }
}

private struct DeadlineExceeded: Error {}

/// Runs `work` to its end, or to the deadline by the wall clock, and then stops it.
private func withDeadline<Value: Sendable>(
    _ duration: Duration,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: duration)
            throw DeadlineExceeded()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}

extension OIDCError {
    fileprivate init(transport error: any Error, url: String) {
        let host = URL(string: url)?.host() ?? "Okta"
        switch error {
        case is CancellationError:
            self = .cancelled
        case is DeadlineExceeded:
            self = .timedOut(host: host)
        case is NIOTooManyBytesError:
            self = .notProvider(host: host, cause: "the answer is too large")
        case let error as HTTPClientError where error == .cancelled:
            self = .cancelled
        case let error as HTTPClientError where Self.timeouts.contains(error):
            self = .timedOut(host: host)
        default:
            self = .unreachable(host: host, cause: String(describing: error))
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout,
        .tlsHandshakeTimeout,
    ]
}
