import ConnectAPI
import Foundation
import Hummingbird
import WebUI

/// The third screen: on to Okta, and back to our redirect URI.
struct SignInScreen: Sendable {
    /// Seconds in which to read the match code before the browser goes on by itself.
    private static let pause = 3

    let window: ConnectWindow

    func add(to router: Router<LocalContext>) {
        window.get("/sign-in", on: router) { _ in
            guard let request = await window.memory.request else { return ConnectWindow.seeOther(window.home) }
            // The address is our own work: a checked origin, and values that are percent-encoded.
            return await window.page(
                "Sign in with Okta",
                refresh: "\(Self.pause); url=\(request.url)",
                """
                <p>You are taken to the sign-in screen of Okta. Afterwards, continue only if the page shows</p>
                <p class="match-code"><strong>\(request.matchCode)</strong></p>
                <div class="actions"><a class="button button-primary" href="\(request.url)">Sign in</a></div>
                """
            )
        }
        router.get("/callback") { request, _ in
            guard let answer = AuthorizationRequest.Answer(query: request.uri.query ?? ""),
                let asked = await window.takeRequest(answeredBy: answer)
            else { throw HTTPError(.badRequest) }
            return ConnectWindow.seeOther(await finish(asked, answer))
        }
    }

    private func finish(_ request: AuthorizationRequest, _ answer: AuthorizationRequest.Answer) async -> Path {
        let memory = await window.memory
        do {
            // The server that was asked, whichever the window speaks to by now: another must not get the code.
            try await TimusServer.with(request.server) { server in
                let code = try request.code(from: answer)
                let tokens = try await server.redeem(
                    code: code,
                    redirectURI: request.redirectURI,
                    verifier: request.verifier
                )
                let client = ConnectClient(server: server, folder: window.folder)
                await window.change { ($0.seen, $0.askedAt) = (nil, nil) }
                let (session, _) = try await client.finishSignIn(tokens: tokens, network: memory.network)
                guard session.network != nil else { return }
                // The user chose a network to be connected to it.
                try await ConnectedScreen(window: window).connect(to: session.network, client, session)
            }
            return "\(window.home)/connected"
        } catch let error as ConnectError {
            await window.change { $0.notice = .init(error) }
        } catch {
            await window.change { $0.notice = .init(.signInFailed("The sign-in failed", hint: "Sign in again")) }
        }
        return window.home
    }
}

extension ConnectWindow {
    /// The request that this answers, once: it is forgotten here, so that a second answer finds none.
    fileprivate func takeRequest(answeredBy answer: AuthorizationRequest.Answer) -> AuthorizationRequest? {
        guard let request = memory.request, request.isAnswered(by: answer) else { return nil }
        memory.request = nil
        return request
    }
}
