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
    /// How long the browser may take to ask for the stylesheet of the last page: one that was closed asks for none.
    private static let styling = Duration.seconds(1)

    private let server: TimusServer
    private var request: AuthorizationRequest?
    private var isAnswered = false

    /// - Parameter announce: Called once we listen, to send the user to the browser.
    static func run(
        server: TimusServer,
        email: String,
        announce: @escaping @Sendable (AuthorizationRequest) -> Void
    ) async throws -> SavedTokens {
        let signIn = LoopbackSignIn(server: server)
        let (outcomes, outcome) = AsyncStream.makeStream(of: Swift.Result<SavedTokens, ConnectError>.self)
        let router = Router(context: LocalContext.self)
        router.add(middleware: LocalOnly())
        let (styled, style) = AsyncStream.makeStream(of: Void.self)
        router.add(middleware: AssetPages { if $0.name == Asset.stylesheet.name { style.yield() } })
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
                for await result in outcomes {
                    await untilAsked(styled)
                    return try result.get()
                }
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
    private func receive(query: String) async -> Swift.Result<SavedTokens, ConnectError>? {
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
        _ signIn: @escaping @Sendable () async throws -> SavedTokens
    ) async throws -> SavedTokens {
        try await withThrowingTaskGroup(of: SavedTokens.self) { group in
            group.addTask { try await signIn() }
            group.addTask {
                try await Task.sleep(for: patience)
                throw ConnectError.signInFailed(
                    "The sign-in was not finished within 5 minutes",
                    hint: "Sign in again; where no browser opens, use --device-code"
                )
            }
            defer { group.cancelAll() }
            guard let tokens = try await group.next() else { throw CancellationError() }
            return tokens
        }
    }

    /// An answer on its way is finished when the server stops, so it is enough that the browser has asked.
    private static func untilAsked(_ asked: AsyncStream<Void>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in asked { return } }
            group.addTask { try? await Task.sleep(for: styling) }
            await group.next()
            group.cancelAll()
        }
    }

    private static func page(_ result: Swift.Result<SavedTokens, ConnectError>) -> HTML {
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
