import AsyncHTTPClient
import ConnectAPI
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// The organisation's Timus server, as Connect asks it.
struct TimusServer: Sendable {
    /// The public client that we are to the server's OAuth endpoints (RFC 8252).
    static let clientID = "timus-connect"

    let address: ServerAddress
    let http: HTTPClient
    /// Seconds for one request.
    let patience: Int64

    /// For which a server that was said goodbye may say it too. Nobody waits for that: it is of no use to us.
    private static let goodbye = TimeAmount.milliseconds(100)
    /// Bytes of one answer that are read.
    private static let mostBytes = 1 << 20

    /// Calls `body` with a server and lets go of its connections afterwards. Redirects are not followed: an access token goes
    /// to the server that was named and to no other.
    ///
    /// - Parameter patience: Seconds for one request.
    static func with<Result: Sendable>(
        _ address: ServerAddress,
        patience: Int64 = 20,
        _ body: (TimusServer) async throws -> Result
    ) async throws -> Result {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.shutdownTimeout = goodbye
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(patience))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(TimusServer(address: address, http: http, patience: patience))
            try await http.shutdown()
            return result
        } catch {
            // The first error is the one to tell; a failed shutdown of a client that is thrown away is nothing.
            try? await http.shutdown()
            throw error
        }
    }

    /// The names of networks for an address, before sign-in.
    ///
    /// - Parameter device: What was kept of this machine's enrolment, by which the server knows it; nil where it never was.
    func networkNames(for email: String, as device: KnownDevice?) async throws(ConnectError) -> NetworkNames {
        try await call(.POST, ConnectPath.networks, NetworkLookup(email: email, deviceToken: device?.token), token: nil)
    }

    func networks(token: String) async throws(ConnectError) -> NetworkList {
        try await call(.GET, ConnectPath.networks, token: token)
    }

    func status(token: String) async throws(ConnectError) -> ConnectStatus {
        try await call(.GET, ConnectPath.status, token: token)
    }

    func enrol(_ device: DeviceEnrolment, token: String) async throws(ConnectError) -> EnrolledDevice {
        try await call(.POST, ConnectPath.devices, device, token: token)
    }

    func open(_ request: ConnectionRequest, token: String) async throws(ConnectError) -> OpenConnection {
        try await call(.POST, ConnectPath.connections, request, token: token)
    }

    /// One that was closed before, or that the server does not know, is no error.
    func close(connection id: String, token: String) async throws(ConnectError) {
        let (status, data) = try await send(.DELETE, Self.path(ofConnection: id), nil, token: token)
        guard !isUnknown(status, data) else { return }
        _ = try body(status, data, isSignedIn: true)
    }

    /// How a connection stands, once it is closed or after `wait` seconds; nil where the server knows of none.
    func state(ofConnection id: String, wait: Int, token: String) async throws(ConnectError) -> ConnectionState? {
        let path = "\(Self.path(ofConnection: id))?wait=\(wait)"
        let (status, data) = try await send(.GET, path, nil, token: token)
        guard !isUnknown(status, data) else { return nil }
        return try read(try body(status, data, isSignedIn: true))
    }

    private static func path(ofConnection id: String) -> String {
        let safe = id.utf8.filter { $0 < 128 && (isalnum(Int32($0)) != 0 || $0 == UInt8(ascii: "-")) }
        return ConnectPath.connection(String(decoding: safe, as: UTF8.self))
    }

    /// Whether the server says that there is none. A proxy or a captive portal in its place says so without a ``Refusal``.
    private func isUnknown(_ status: UInt, _ data: Data) -> Bool {
        status == 404 && refusal(in: data) != nil
    }

    private func refusal(in data: Data) -> Refusal? { try? ConnectJSON.message(Refusal.self, from: data) }

    // MARK: One request

    private func call<Answer: Decodable>(
        _ method: HTTPMethod,
        _ path: String,
        _ message: (any Encodable & Sendable)? = nil,
        token: String?
    ) async throws(ConnectError) -> Answer {
        var body: Body?
        if let message {
            guard let data = try? ConnectJSON.data(message) else {
                throw .wrongUse("The request cannot be written as JSON", hint: "Check the text that was typed")
            }
            body = Body(type: "application/json", bytes: data)
        }
        return try read(try await answer(method, path, body, token: token))
    }

    private func read<Answer: Decodable>(_ data: Data) throws(ConnectError) -> Answer {
        do { return try ConnectJSON.message(Answer.self, from: data) } catch {
            throw .notTimus(address, answered: "its answer is not in Connect's form")
        }
    }

    /// The body of a 2xx answer; any other as the error that it means.
    private func answer(
        _ method: HTTPMethod,
        _ path: String,
        _ body: Body?,
        token: String?
    ) async throws(ConnectError) -> Data {
        let (status, data) = try await send(method, path, body, token: token)
        return try self.body(status, data, isSignedIn: token != nil)
    }

    private func body(_ status: UInt, _ data: Data, isSignedIn: Bool) throws(ConnectError) -> Data {
        switch status {
        case 200..<300: return data
        case 401 where isSignedIn && refusal(in: data) != nil: throw .accessEnded(because: nil)
        case 300..<400: throw .notTimus(address, answered: "it sends the request elsewhere (HTTP \(status))")
        default:
            if let refusal = self.refusal(in: data) { throw .refused(refusal) }
            guard status < 500 else { throw .serverFailed(address, status: status) }
            throw .notTimus(address, answered: "HTTP \(status)")
        }
    }

    /// Any answer, with its HTTP status.
    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: Body?,
        token: String? = nil
    ) async throws(ConnectError) -> (status: UInt, body: Data) {
        var request = HTTPClientRequest(url: address.origin + path)
        request.method = method
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "timus-connect")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "Content-Type", value: body.type)
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        do {
            let response = try await http.execute(request, timeout: .seconds(patience))
            let bytes = try await response.body.collect(upTo: Self.mostBytes)
            return (response.status.code, Data(bytes.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw .notTimus(address, answered: "its answer has no end")
        } catch {
            throw .unreachable(address, cause: Self.sentence(for: error))
        }
    }

    struct Body: Sendable {
        let type: String
        let bytes: Data
    }

    private static func sentence(for error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout: "it did not answer in time"
        case let error as HTTPClientError where error == .readTimeout || error == .deadlineExceeded:
            "it took too long to answer"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            "it closed the connection without an answer"
        case let error as IOError where error.errnoCode == ECONNREFUSED: "nothing listens there"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        default: described(error)
        }
    }

    /// Errors of the transport that have no type of their own to ask for: told apart by their text.
    private static func described(_ error: any Error) -> String {
        let text = String(describing: error)
        if text.contains("certificate") || text.contains("CERTIFICATE") { return "its certificate is not trusted" }
        if text.contains("handshake") || text.contains("SSL") || text.contains("TLS") { return "it does not speak TLS" }
        if text.contains("refused") { return "nothing listens there" }
        if text.contains("NIOConnectionError") || text.contains("DNS") || text.contains("SocketAddressError") {
            return "there is no such host, or nothing listens there"
        }
        return "the connection failed"
    }
}
