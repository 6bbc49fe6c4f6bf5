import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// One HTTP exchange with the provider: no redirect, ten seconds from the request to the last byte, a bounded body.
///
/// A server may close a connection that was kept alive just when the next request goes out on it (RFC 9112 §9.3.1): what was
/// to be read is asked for once more, on another connection. A form that was sent is not sent again: it may have been acted on.
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

    /// With an access token in the header (RFC 6750 §2.1).
    func get(_ url: String, bearer token: String, upTo bytes: Int) async throws(OIDCError) -> Answer {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        return try await execute(request, upTo: bytes)
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
                do {
                    return try await http.answer(to: outgoing, upTo: bytes)
                } catch {
                    guard error.wasNotSent || outgoing.method == .GET && error.isClosedConnection else { throw error }
                    return try await http.answer(to: outgoing, upTo: bytes)
                }
            }
        } catch {
            throw OIDCError(transport: error, url: request.url)
        }
    }
}

extension HTTPClient {
    fileprivate func answer(to request: HTTPClientRequest, upTo bytes: Int) async throws -> Fetch.Answer {
        let response = try await execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: bytes)
        let wasRedirected = response.history.count > 1
        return Fetch.Answer(
            status: wasRedirected ? 302 : Int(response.status.code),
            headers: response.headers,
            body: Data(body.readableBytesView)
        )
    }
}

extension Error {
    /// Whether the connection was closed before all of the request was written, so that nobody can have acted on it.
    fileprivate var wasNotSent: Bool { self as? ChannelError == .ioOnClosedChannel }

    /// Whether the other side hung up before its answer was there.
    fileprivate var isClosedConnection: Bool {
        switch self {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        default: false
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
