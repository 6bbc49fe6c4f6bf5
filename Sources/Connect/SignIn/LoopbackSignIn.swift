import ConnectAPI
import Foundation
import Hummingbird
import NIOCore
import WebUI

/// A sign-in through the browser that comes back to a port of this machine (RFC 8252 §7.3).
///
/// The port is free, on 127.0.0.1 only, has one path, takes one answer and is closed after it, or after five minutes.
actor LoopbackSignIn {
    private static let patience = Duration.seconds(300)

    private let server: TimusServer
    private var request: AuthorizationRequest?
    private var isAnswered = false

    /// - Parameter announce: Called once we listen, to send the user to the browser.
    static func run(
        server: TimusServer,
        email: String,
        announce: @escaping @Sendable (AuthorizationRequest) -> Void
    ) async throws -> AccessToken {
        let signIn = LoopbackSignIn(server: server)
        let (outcomes, outcome) = AsyncStream.makeStream(of: Swift.Result<AccessToken, ConnectError>.self)
        let router = Router(context: LocalContext.self)
        router.add(middleware: LocalOnly())
        router.add(middleware: AssetPages())
        router.get("/callback") { request, _ in
            guard let result = await signIn.receive(query: request.uri.query ?? "") else {
                throw HTTPError(.badRequest)
            }
            let page = ByteBuffer(string: Self.page(result).text)
            let body = ResponseBody(contentLength: page.readableBytes) { writer in
                try await writer.write(page)
                try await writer.finish(nil)
                // Only now, so that the page is on its way before we stop listening.
                outcome.yield(result)
            }
            return Response(status: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: body)
        }
        return try await LocalServer.serving(router) { port in
            let request = AuthorizationRequest(
                server: server.address,
                email: email,
                deviceName: Machine.name,
                redirectURI: "http://127.0.0.1:\(port)/callback"
            )
            await signIn.begin(request)
            announce(request)
            return try await withinPatience {
                for await result in outcomes { return try result.get() }
                throw CancellationError()
            }
        }
    }

    private init(server: TimusServer) {
        self.server = server
    }

    private func begin(_ request: AuthorizationRequest) {
        self.request = request
    }

    /// nil where the answer is not to our request, or is a second one.
    private func receive(query: String) async -> Swift.Result<AccessToken, ConnectError>? {
        guard let request, !isAnswered, let answer = AuthorizationRequest.Answer(query: query),
            request.isAnswered(by: answer)
        else { return nil }
        isAnswered = true
        do throws(ConnectError) {
            let code = try request.code(from: answer)
            return .success(
                try await server.redeem(code: code, redirectURI: request.redirectURI, verifier: request.verifier)
            )
        } catch {
            return .failure(error)
        }
    }

    /// Ends a sign-in that nobody finishes. Where Okta refuses, the server's page says why and leads back to us, but nobody has
    /// to follow it.
    private static func withinPatience(
        _ signIn: @escaping @Sendable () async throws -> AccessToken
    ) async throws -> AccessToken {
        try await withThrowingTaskGroup(of: AccessToken.self) { group in
            group.addTask { try await signIn() }
            group.addTask {
                try await Task.sleep(for: patience)
                throw ConnectError.signInFailed(
                    "The sign-in was not finished within 5 minutes",
                    hint: "Sign in again; where no browser opens, use --device-code"
                )
            }
            defer { group.cancelAll() }
            guard let token = try await group.next() else { throw CancellationError() }
            return token
        }
    }

    private static func page(_ result: Swift.Result<AccessToken, ConnectError>) -> HTML {
        switch result {
        case .success:
            Page(
                "You are signed in",
                layout: .plain,
                "<p>Timus Connect has what it needs. You can close this page.</p>"
            ).html
        case .failure(let error):
            Page(
                "You are not signed in",
                layout: .plain,
                """
                \(Notice(error.errorDescription ?? "The sign-in failed", .negative))
                <p>\(error.recoverySuggestion ?? "Sign in again").</p>
                """
            ).html
        }
    }
}
