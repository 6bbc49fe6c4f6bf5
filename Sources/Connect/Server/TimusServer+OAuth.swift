import ConnectAPI
import Foundation
import NIOHTTP1

/// What the token endpoint gives (RFC 6749 §5.1). There is no refresh token: when the access token no longer works, the user
/// signs in again.
struct AccessToken: Decodable, Sendable {
    let value: String

    private enum CodingKeys: String, CodingKey {
        case value = "access_token"
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
private struct OAuthError: Decodable {
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
        case approved(AccessToken)
        case pending
        /// Five seconds more between polls, from now on.
        case slowDown
    }

    /// Exchanges an authorization code, which is good once and for a minute.
    func redeem(code: String, redirectURI: String, verifier: String) async throws(ConnectError) -> AccessToken {
        let form = [
            ("grant_type", "authorization_code"), ("client_id", Self.clientID), ("code", code),
            ("redirect_uri", redirectURI), ("code_verifier", verifier),
        ]
        switch try await token(form) {
        case .success(let token): return token
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
        case .success(let token): return .approved(token)
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

    /// Ends the session of the token. A token that is no longer known is no error (RFC 7009 §2.2).
    func revoke(token: String) async throws(ConnectError) {
        let (status, _) = try await send(.POST, "/oauth/revoke", URLForm([("token", token)]).body)
        guard status < 500 else { throw .serverFailed(address, status: status) }
    }

    private enum TokenAnswer {
        case success(AccessToken)
        case failure(OAuthError)
    }

    private func token(_ fields: [(String, String)]) async throws(ConnectError) -> TokenAnswer {
        let (status, data) = try await send(.POST, "/oauth/token", URLForm(fields).body)
        if status == 200, let token = try? ConnectJSON.message(AccessToken.self, from: data), Self.isToken(token.value)
        {
            return .success(token)
        }
        if status == 400 || status == 401, let refusal = try? ConnectJSON.message(OAuthError.self, from: data) {
            return .failure(refusal)
        }
        throw refusal(status: status, data)
    }

    /// Whether it may stand in a header: the characters of RFC 6750 §2.1.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
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
