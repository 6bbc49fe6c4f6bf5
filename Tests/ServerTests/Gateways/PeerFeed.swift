import Access
import AsyncHTTPClient
import Foundation
import GatewayAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import Testing

/// A gateway's stream, as a gateway reads it.
struct PeerFeed: Sendable {
    let status: UInt
    let contentType: String?
    private let messages: AsyncStream<PeerMessage>
    private let reader: Task<Void, any Error>

    /// The shared client opens eight connections to one server, and a stream keeps its own. It lives as long as the process.
    fileprivate static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 100
        return HTTPClient(configuration: configuration)
    }()

    /// The stream as far as it is open: the answer's headers are there, and no line was taken.
    static func open(_ office: ConnectOffice, _ token: String?) async throws -> PeerFeed {
        let port = try #require(office.client.port)
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(GatewayPath.peers)")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let answer = try await client.execute(request, timeout: .seconds(60))
        let (messages, arrived) = AsyncStream.makeStream(of: PeerMessage.self)
        let reader = Task {
            defer { arrived.finish() }
            var rest = ByteBuffer()
            for try await bytes in answer.body {
                rest.writeImmutableBuffer(bytes)
                while let end = rest.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = Data(rest.readBytes(length: end - rest.readerIndex) ?? [])
                    rest.moveReaderIndex(forwardBy: 1)
                    arrived.yield(try GatewayJSON.message(PeerMessage.self, from: line))
                }
            }
        }
        return PeerFeed(
            status: answer.status.code,
            contentType: answer.headers.first(name: "Content-Type"),
            messages: messages,
            reader: reader
        )
    }

    /// The next message; nil once the stream has ended.
    func next() async -> PeerMessage? {
        await messages.first { _ in true }
    }

    /// The next whole state, past everything else.
    func full() async throws -> PeerState {
        while let message = await next() {
            if case .full(let state) = message { return state }
        }
        throw Ended()
    }

    /// The next changes, past everything else.
    func changes() async throws -> PeerChanges {
        while let message = await next() {
            if case .changes(let changes) = message { return changes }
        }
        throw Ended()
    }

    /// Waits until the server ends the stream; throws where it was cut off instead.
    func end() async throws {
        while await next() != nil {}
        try await reader.value
    }

    func close() {
        reader.cancel()
    }

    struct Ended: Error {}
}

/// How long `work` took.
func duration(of work: () async throws -> Void) async throws -> Duration {
    let start = ContinuousClock.now
    try await work()
    return ContinuousClock.now - start
}

extension PeerFeed {
    /// A request whose answer is waited for, on a connection of its own.
    struct Waiting: Sendable {
        let port: Int
        let path: String
        let token: String

        func status() async throws -> HTTPResponse.Status {
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
            let answer = try await PeerFeed.client.execute(request, timeout: .seconds(60))
            return HTTPResponse.Status(code: Int(answer.status.code))
        }
    }
}

extension ConnectOffice {
    static let anaPeer = Peer(publicKey: key(10), address: "100.64.0.2")

    /// Opens ana's connection to Berlin, and gives the token of the sign-in behind it.
    @discardableResult
    func connectAna() async throws -> String {
        let token = try await token(of: Self.ana)
        let device = try await device(token)
        #expect(try await connect(device, to: berlin.id, as: token).status == .created)
        return token
    }
}
