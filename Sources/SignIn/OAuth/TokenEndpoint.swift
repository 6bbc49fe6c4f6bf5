import Access
import Crypto
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// `POST /oauth/token` and `POST /oauth/revoke`: Connect's tokens are sessions of ours, opaque, ended on the server.
struct TokenEndpoint {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        router.post("/oauth/token") { request, context -> Response in
            do {
                return try await token(for: request, context: context)
            } catch let refusal as OAuthRefusal {
                return refusal.response
            }
        }
        router.post("/oauth/revoke") { request, _ -> Response in
            // Says nothing of whether there was such a token (RFC 7009 §2.2).
            let token = try await request.form().typed("token")
            if let session = try await entrance.store.session(token: token), session.kind == .connect {
                try await entrance.store.endSession(session.id, because: "Signed out in Timus Connect.", by: .system)
            }
            return Response(status: .ok, headers: [.cacheControl: "no-store"])
        }
    }

    private func token(for request: Request, context: WebContext) async throws -> Response {
        let form = try await request.connectForm()
        switch form.once("grant_type") {
        case "authorization_code":
            let code = try await code(form)
            return try await open(for: code.user, code: code, request: request, context: context)
        case Self.deviceCodeGrant:
            let user = try await approvedUser(form)
            return try await open(for: user, code: nil, request: request, context: context)
        case nil: throw OAuthRefusal(.invalidRequest, "grant_type is needed once.")
        case _?: throw OAuthRefusal(.unsupportedGrantType, "Only authorization_code and device_code are known.")
        }
    }

    static let deviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code"

    /// The code is used up by being shown, right or wrong.
    private func code(_ form: Form) async throws -> AuthorizationCode {
        guard let shown = form.once("code"), let redirectURI = form.once("redirect_uri"),
            let verifier = form.once("code_verifier"), (43...128).contains(verifier.utf8.count)
        else {
            throw OAuthRefusal(.invalidRequest, "code, redirect_uri and code_verifier are needed, each once.")
        }
        guard let code = try await entrance.store.takeAuthorizationCode(shown) else {
            throw OAuthRefusal(.invalidGrant, "The code is unknown, used or older than a minute.")
        }
        let challenge = Data(SHA256.hash(data: Data(verifier.utf8))).base64URLEncoded
        guard code.redirectURI == redirectURI, BrowserCookies.areEqual(code.challenge, challenge) else {
            throw OAuthRefusal(.invalidGrant, "The code was given for another redirect_uri or another verifier.")
        }
        return code
    }

    private func approvedUser(_ form: Form) async throws -> User.ID {
        guard let code = form.once("device_code") else {
            throw OAuthRefusal(.invalidRequest, "device_code is needed once.")
        }
        switch try await entrance.store.pollDeviceCode(code) {
        case .approved(let user): return user
        case .pending: throw OAuthRefusal(.authorizationPending, "The code has not been entered yet.")
        case .slowDown(let seconds): throw OAuthRefusal(.slowDown, "Ask every \(seconds) seconds from now on.")
        case .denied: throw OAuthRefusal(.accessDenied, "The sign-in was cancelled in the browser.")
        case .expired: throw OAuthRefusal(.expiredToken, "The code ran out or was used. Sign in again.")
        }
    }

    private func open(
        for user: User.ID,
        code: AuthorizationCode?,
        request: Request,
        context: WebContext
    ) async throws -> Response {
        // Whoever was suspended between the browser and here gets nothing.
        guard try await entrance.store.accessFacts(for: user)?.standing == .active else {
            throw OAuthRefusal(.accessDenied, "The user is not active in Timus.")
        }
        let (session, secret) = try await entrance.store.openSession(
            .user(user),
            kind: .connect,
            userAgent: request.headers[.userAgent],
            address: context.address,
            exchangedFor: code
        )
        let seconds = Int(session.expiresAt.timeIntervalSince(session.createdAt).rounded())
        return .json(Body(access_token: secret.value, expires_in: seconds))
    }

    // The names of RFC 6749 §5.1.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    private struct Body: Encodable {
        let access_token: String
        let token_type = "Bearer"
        let expires_in: Int
        let scope = "connect"
    }
}

extension Request {
    /// The form of a request by Connect, which names itself and has no secret.
    func connectForm() async throws -> Form {
        guard isForm, let form = try? await form() else {
            throw OAuthRefusal(.invalidRequest, "The body has to be application/x-www-form-urlencoded.")
        }
        guard form.once("client_id") == ConnectClient.id else {
            throw OAuthRefusal(.invalidClient, "client_id has to be \(ConnectClient.id).")
        }
        return form
    }
}
