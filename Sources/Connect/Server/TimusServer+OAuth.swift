import ConnectAPI
import Foundation
import NIOHTTP1

/// What the token endpoint gives (RFC 6749 §5.1).
private struct TokenAnswer: Decodable {
    let accessToken: String
    let refreshToken: String?
    /// Seconds from now.
    let expiresIn: Int?

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case expiresIn = "expires_in"
    }

    /// nil where a token cannot stand in a header: the characters of RFC 6750 §2.1.
    func tokens(at now: Date) -> SavedTokens? {
        guard [accessToken, refreshToken ?? "none"].allSatisfy(Self.isToken) else { return nil }
        return SavedTokens(
            access: accessToken,
            refresh: refreshToken,
            accessExpiresAt: expiresIn.map { now.addingTimeInterval(Double($0)) }
        )
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// What the device authorization endpoint gives (RFC 8628 §3.2).
struct DeviceAuthorization: Decodable, Sendable {
    let deviceCode: String
    /// What the user types, `BCDF-GHJK`.
    let userCode: String
    /// Where the user types it.
    let verificationURI: String
    /// Seconds from now.
    let expiresIn: Int
    /// Seconds between two polls; 5 where the server says nothing.
    let interval: Int?

    private enum CodingKeys: String, CodingKey {
        case deviceCode = "device_code"
        case userCode = "user_code"
        case verificationURI = "verification_uri"
        case expiresIn = "expires_in"
        case interval
    }
}

/// An error of an OAuth endpoint (RFC 6749 §5.2).
private struct OAuthError: Decodable, Error {
    let error: String
    let description: String?

    private enum CodingKeys: String, CodingKey {
        case error
        case description = "error_description"
    }
}

extension TimusServer {
    /// What a poll for the device code brought.
    enum Poll: Sendable {
        case approved(SavedTokens)
        case pending
        /// Five seconds more between polls, from now on.
        case slowDown
    }

    /// Exchanges an authorization code, which is good once and for a minute.
    func redeem(code: String, redirectURI: String, verifier: String) async throws(ConnectError) -> SavedTokens {
        let form = [
            ("grant_type", "authorization_code"), ("client_id", Self.clientID), ("code", code),
            ("redirect_uri", redirectURI), ("code_verifier", verifier),
        ]
        switch try await token(form) {
        case .success(let tokens): return tokens
        case .failure(let refusal):
            throw .signInFailed(
                refusal.description ?? "The server did not accept the sign-in (\(refusal.error))",
                hint: "Sign in again; a sign-in must be finished within a minute of pressing Continue"
            )
        }
    }

    func beginDeviceAuthorization(deviceName: String) async throws(ConnectError) -> DeviceAuthorization {
        let form = URLForm([("client_id", Self.clientID), ("device_name", deviceName)])
        let (status, data) = try await send(.POST, "/oauth/device_authorization", form.body)
        if let authorization = try? ConnectJSON.message(DeviceAuthorization.self, from: data) { return authorization }
        throw refusal(status: status, data)
    }

    func poll(_ authorization: DeviceAuthorization) async throws(ConnectError) -> Poll {
        let form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", Self.clientID),
            ("device_code", authorization.deviceCode),
        ]
        switch try await token(form) {
        case .success(let tokens): return .approved(tokens)
        case .failure(let refusal):
            switch refusal.error {
            case "authorization_pending": return .pending
            case "slow_down": return .slowDown
            case "access_denied": throw .signInFailed("The sign-in was refused in the browser", hint: "Sign in again")
            case "expired_token": throw .signInFailed("The code has run out", hint: "Sign in again for a new one")
            default:
                throw .signInFailed(
                    refusal.description ?? "The server did not accept the code (\(refusal.error))",
                    hint: "Sign in again"
                )
            }
        }
    }

    /// Other tokens for a refresh token, which is used up by that (RFC 6749 §6).
    ///
    /// - Throws: ``ConnectError/accessEnded(because:)`` with the server's reason where it gives none.
    func renew(_ refreshToken: String) async throws(ConnectError) -> SavedTokens {
        let form = [
            ("grant_type", "refresh_token"), ("client_id", Self.clientID), ("refresh_token", refreshToken),
        ]
        switch try await token(form) {
        case .success(let tokens): return tokens
        case .failure(let refusal) where refusal.error == "invalid_grant":
            throw .accessEnded(because: refusal.description)
        case .failure(let refusal):
            throw .signInFailed(
                refusal.description ?? "The server did not renew the sign-in (\(refusal.error))",
                hint: "Try again in a minute, and tell an administrator if it stays"
            )
        }
    }

    /// Ends the session of the token. A token that is no longer known is no error (RFC 7009 §2.2).
    func revoke(token: String) async throws(ConnectError) {
        let form = URLForm([("client_id", Self.clientID), ("token", token)])
        let (status, _) = try await send(.POST, "/oauth/revoke", form.body)
        guard status < 500 else { throw .serverFailed(address, status: status) }
    }

    private func token(
        _ fields: [(String, String)]
    ) async throws(ConnectError) -> Swift.Result<SavedTokens, OAuthError> {
        let asked = Date()
        let (status, data) = try await send(.POST, "/oauth/token", URLForm(fields).body)
        if status == 200, let answer = try? ConnectJSON.message(TokenAnswer.self, from: data),
            let tokens = answer.tokens(at: asked)
        {
            return .success(tokens)
        }
        if status == 400 || status == 401, let refusal = try? ConnectJSON.message(OAuthError.self, from: data) {
            return .failure(refusal)
        }
        throw refusal(status: status, data)
    }

    private func refusal(status: UInt, _ data: Data) -> ConnectError {
        if let refusal = try? ConnectJSON.message(Refusal.self, from: data) { return .refused(refusal) }
        if let error = try? ConnectJSON.message(OAuthError.self, from: data) {
            return .signInFailed(
                error.description ?? "The server did not accept the sign-in (\(error.error))",
                hint: "Sign in again"
            )
        }
        return status >= 500 ? .serverFailed(address, status: status) : .notTimus(address, answered: "HTTP \(status)")
    }
}
