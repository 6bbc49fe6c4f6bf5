import AsyncHTTPClient
import Foundation
import GatewayAPI
import NIOCore
import NIOHTTP1
import NIOSSL

/// The organisation's Timus server, as a gateway asks it.
struct TimusServer: Sendable {
    let address: ServerAddress
    let http: HTTPClient

    /// Seconds for one request that is no stream; and bytes of its answer that are read.
    private static let patience: Int64 = 20
    private static let mostBytes = 1 << 20

    /// Calls `body` with a server and lets go of its connections afterwards. Redirects are not followed: a token goes to the
    /// server that was named and to no other.
    ///
    /// - Parameter certificates: A PEM file with what to trust in place of the system's; nil for the system's.
    static func with<Result: Sendable>(
        _ address: ServerAddress,
        certificates: String?,
        _ body: (TimusServer) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        if let certificates {
            guard let trusted = try? NIOSSLCertificate.fromPEMFile(certificates), !trusted.isEmpty else {
                throw GatewayError.cannotRead(path: certificates, cause: "it holds no certificate in PEM form")
            }
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(trusted)
            configuration.tlsConfiguration = tls
        }
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(TimusServer(address: address, http: http))
            try await http.shutdown()
            return result
        } catch {
            // The first error is the one to tell.
            try? await http.shutdown()
            throw error
        }
    }

    func enrol(_ enrolment: GatewayEnrolment) async throws(GatewayError) -> EnrolledGateway {
        let data = try await post(enrolment, to: GatewayPath.enrolment, token: nil)
        do { return try GatewayJSON.message(EnrolledGateway.self, from: data) } catch {
            throw .notTimus(address.origin, answered: "its answer is not an enrolment")
        }
    }

    func acknowledge(_ revision: Int64, token: String) async throws(GatewayError) {
        _ = try await post(Acknowledgement(revision: revision), to: GatewayPath.acknowledgements, token: token)
    }

    func report(_ report: GatewayReport, token: String) async throws(GatewayError) {
        _ = try await post(report, to: GatewayPath.reports, token: token)
    }

    /// Calls `body` with each message of the stream until it ends, or `body` throws.
    func follow(
        token: String,
        _ body: (PeerMessage) async throws(GatewayError) -> Void
    ) async throws(GatewayError) {
        var request = request(.GET, GatewayPath.peers, token: token)
        request.headers.add(name: "Accept", value: "application/x-ndjson")
        do {
            let response = try await http.execute(request, deadline: .distantFuture)
            guard response.status == .ok else {
                let start = try? await response.body.collect(upTo: 64 << 10)
                throw error(status: response.status.code, Data((start ?? ByteBuffer()).readableBytesView), token)
            }
            var lines = MessageLines()
            for try await chunk in response.body {
                for line in try lines.take(chunk.readableBytesView) { try await body(try message(line)) }
            }
        } catch let error as GatewayError {
            throw error
        } catch is MessageLines.TooLong {
            throw .notTimus(address.origin, answered: "a line of its stream has no end")
        } catch {
            throw .unreachable(address.origin, cause: Self.sentence(for: error))
        }
    }

    private func message(_ line: Data) throws(GatewayError) -> PeerMessage {
        do { return try GatewayJSON.message(PeerMessage.self, from: line) } catch {
            throw .notTimus(address.origin, answered: "a line of its stream is not about peers")
        }
    }

    // MARK: One request

    private func post(
        _ message: some Encodable,
        to path: String,
        token: String?
    ) async throws(GatewayError) -> Data {
        var request = request(.POST, path, token: token)
        do {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try GatewayJSON.data(message)))
            let response = try await http.execute(request, timeout: .seconds(Self.patience))
            let data = Data(try await response.body.collect(upTo: Self.mostBytes).readableBytesView)
            guard (200..<300).contains(response.status.code) else {
                throw error(status: response.status.code, data, token)
            }
            return data
        } catch let error as GatewayError {
            throw error
        } catch is NIOTooManyBytesError {
            throw .notTimus(address.origin, answered: "its answer has no end")
        } catch {
            throw .unreachable(address.origin, cause: Self.sentence(for: error))
        }
    }

    private func request(_ method: HTTPMethod, _ path: String, token: String?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.origin + path)
        request.method = method
        request.headers.add(name: "User-Agent", value: "timus-gateway/\(TimusGateway.version)")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return request
    }

    /// What an answer means that is not 2xx.
    private func error(status: UInt, _ body: Data, _ token: String?) -> GatewayError {
        // RFC 9457.
        struct Problem: Decodable {
            let title: String
            let detail: String?
        }
        // Everybody is cut off at a 401: not for one of a proxy's, which has other words.
        if status >= 400, let problem = try? JSONDecoder().decode(Problem.self, from: body) {
            if status == 401 && token != nil { return .tokenRefused }
            return .refused(
                Terminal.harmless(String(problem.title.prefix(300))),
                hint: problem.detail.map { Terminal.harmless(String($0.prefix(300))) }
            )
        }
        return .notTimus(address.origin, answered: "HTTP \(status)")
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
