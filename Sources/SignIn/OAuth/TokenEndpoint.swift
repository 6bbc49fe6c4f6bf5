import Access
import Crypto
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// `POST /oauth/token` and `POST /oauth/revoke`: Connect's tokens stand for a session of ours; they are opaque, and end on the
/// server.
struct TokenEndpoint {
    let entrance: Entrance

    func add(to router: Router<WebContext>) {
        router.endpoint("/oauth/token", of: entrance) { form, request, context in
            do {
                return try await token(for: form, request: request, context: context)
            } catch StoreError.denied(let refusal) {
                // Whoever was suspended between the browser and here gets nothing.
                throw OAuthRefusal(.invalidGrant, refusal.sentenceToUser)
            } catch StoreError.conflict(let sentence), StoreError.notFound(let sentence) {
                throw OAuthRefusal(.invalidGrant, sentence)
            }
        }
        router.endpoint("/oauth/revoke", of: entrance) { form, _, _ in
            guard let token = form.parameter("token") else {
                throw OAuthRefusal(.invalidRequest, "token is needed.")
            }
            // Either token ends the session with both; nothing is said of whether there was one (RFC 7009 §2.2).
            try await entrance.store.endConnectSession(token: token, because: "Signed out in Timus Connect.")
            return Response(status: .ok, headers: [.cacheControl: "no-store"])
        }
    }

    private func token(for form: Form, request: Request, context: WebContext) async throws -> Response {
        switch form.parameter("grant_type") {
        case "authorization_code":
            let code = try await code(form)
            return try await open(
                for: code.user,
                exchanging: .authorizationCode(code),
                request: request,
                context: context
            )
        case Self.deviceCodeGrant:
            let (user, code) = try await approval(form)
            return try await open(for: user, exchanging: .deviceCode(code), request: request, context: context)
        case "refresh_token": return try await renewed(form)
        case nil: throw OAuthRefusal(.invalidRequest, "grant_type is needed.")
        case _?:
            throw OAuthRefusal(.unsupportedGrantType, "Known are authorization_code, refresh_token and device_code.")
        }
    }

    static let deviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code"

    /// The code is used up by being shown, right or wrong.
    private func code(_ form: Form) async throws -> AuthorizationCode {
        guard let shown = form.parameter("code"), let redirectURI = form.parameter("redirect_uri"),
            let verifier = form.parameter("code_verifier"), (43...128).contains(verifier.utf8.count)
        else {
            throw OAuthRefusal(.invalidRequest, "code, redirect_uri and code_verifier are needed.")
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

    private func approval(_ form: Form) async throws -> (User.ID, DeviceCode.ID) {
        guard let code = form.parameter("device_code") else {
            throw OAuthRefusal(.invalidRequest, "device_code is needed.")
        }
        switch try await entrance.store.pollDeviceCode(code) {
        case .approved(let user, let code): return (user, code)
        case .pending: throw OAuthRefusal(.authorizationPending, "The code has not been entered yet.")
        case .slowDown(let seconds): throw OAuthRefusal(.slowDown, "Ask every \(seconds) seconds from now on.")
        case .denied: throw OAuthRefusal(.accessDenied, "The sign-in was cancelled in the browser.")
        case .expired: throw OAuthRefusal(.expiredToken, "The code has run out. Sign in again.")
        case .unknown: throw OAuthRefusal(.invalidGrant, "The code is unknown or was used. Sign in again.")
        }
    }

    private func renewed(_ form: Form) async throws -> Response {
        guard let shown = form.parameter("refresh_token") else {
            throw OAuthRefusal(.invalidRequest, "refresh_token is needed.")
        }
        switch try await entrance.store.renewSession(refreshToken: shown) {
        case .renewed(_, let tokens): return answer(tokens)
        case .refused(let why): throw OAuthRefusal(.invalidGrant, Decision.Refusal.sentenceToUser(for: why))
        }
    }

    private func open(
        for user: User.ID,
        exchanging grant: ConnectGrant,
        request: Request,
        context: WebContext
    ) async throws -> Response {
        let (_, tokens) = try await entrance.store.openConnectSession(
            for: user,
            userAgent: request.headers[.userAgent],
            address: context.address,
            exchangedFor: grant
        )
        return answer(tokens)
    }

    private func answer(_ tokens: ConnectTokens) -> Response {
        let seconds = tokens.accessExpiresAt.timeIntervalSince(entrance.store.now())
        return .json(
            Body(access_token: tokens.access.value, expires_in: Int(seconds), refresh_token: tokens.refresh.value)
        )
    }

    // The names of RFC 6749 §5.1. The scope is said because a client may have asked for another.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    private struct Body: Encodable {
        let access_token: String
        let token_type = "Bearer"
        let expires_in: Int
        let refresh_token: String
        let scope = "connect"
    }
}
