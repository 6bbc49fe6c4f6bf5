import ConnectAPI
import Foundation
import Hummingbird
import NIOCore
import Testing

@testable import Connect

@Suite struct `The server` {
    private static let refusal = #"{"title":"Timus Connect is not signed in.","detail":"Sign in again."}"#
    private static let page = "<html><title>Welcome to the hotel's network</title></html>"

    @Test func `ends the access with a word of its own`() async throws {
        try await answering(.unauthorized, Self.refusal) { server in
            await #expect(throws: ConnectError.accessEnded(because: nil)) { try await server.status(token: "token") }
        }
    }

    @Test(arguments: [HTTPResponse.Status.unauthorized, .forbidden, .notFound, .proxyAuthenticationRequired])
    func `is not what answers in its place`(status: HTTPResponse.Status) async throws {
        try await answering(status, Self.page) { server in
            let said = ConnectError.notTimus(server.address, answered: "HTTP \(status.code)")
            await #expect(throws: said) { try await server.status(token: "token") }
            await #expect(throws: said) { try await server.state(ofConnection: "1", wait: 0, token: "token") }
            await #expect(throws: said) { try await server.close(connection: "1", token: "token") }
            await #expect(throws: said) { try await server.renew("token") }
        }
    }

    @Test func `knows no connection that was closed before, which is no error`() async throws {
        try await answering(.notFound, #"{"title":"There is no such connection.","detail":null}"#) { server in
            try await server.close(connection: "1", token: "token")
            #expect(try await server.state(ofConnection: "1", wait: 0, token: "token") == nil)
        }
    }

    private func answering(
        _ status: HTTPResponse.Status,
        _ body: String,
        _ test: @escaping @Sendable (TimusServer) async throws -> Void
    ) async throws {
        let router = Router(context: LocalContext.self)
        for path in ["/connect/v1/status", "/connect/v1/connections/:id", "/oauth/token"] {
            for method in [HTTPRequest.Method.get, .post, .delete] {
                router.on(RouterPath(path), method: method) { _, _ in
                    Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
                }
            }
        }
        try await LocalServer.serving(router) { port in
            try await TimusServer.with(ServerAddress("http://127.0.0.1:\(port)"), test)
        }
    }
}
