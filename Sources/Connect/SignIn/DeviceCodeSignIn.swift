import Foundation

/// A sign-in where this machine has no browser: the user types a code in one elsewhere (RFC 8628).
enum DeviceCodeSignIn {
    static func run(
        server: TimusServer,
        announce: (DeviceAuthorization) -> Void
    ) async throws -> SavedTokens {
        let authorization = try await server.beginDeviceAuthorization(deviceName: Machine.name)
        announce(authorization)
        let end = ContinuousClock.now + .seconds(authorization.expiresIn)
        var interval = Duration.seconds(max(authorization.interval ?? 5, 1))
        while ContinuousClock.now < end {
            try await Task.sleep(for: interval)
            switch await patiently({ () async throws(ConnectError) in try await server.poll(authorization) }) {
            case .success(.approved(let tokens)): return tokens
            case .success(.pending): break
            case .success(.slowDown), .failure(.unreachable):
                // RFC 8628 §3.5: after slow_down and after a connection timeout, poll less often.
                interval += .seconds(5)
            case .failure(let error): throw error
            }
        }
        throw ConnectError.signInFailed("The code has run out", hint: "Sign in again for a new one")
    }

    private static func patiently(
        _ poll: () async throws(ConnectError) -> TimusServer.Poll
    ) async -> Result<TimusServer.Poll, ConnectError> {
        do { return .success(try await poll()) } catch { return .failure(error) }
    }
}
