import ConnectAPI
import Foundation

extension Keeper {
    /// Seconds for which the server lets one question wait.
    private static let wait = 25
    /// Seconds in which it is told that nobody keeps a connection any more.
    private static let lastPatience: Int64 = 5

    /// Follows the server: takes the tunnel down at once where the connection was closed, and asks for another one.
    ///
    /// - Returns: nil where it was cancelled.
    func follow() async -> End? {
        var pauses = Backoff(1, upTo: 10)
        while !Task.isCancelled {
            let asked = BootTime.now
            do {
                let state = try await ask { client, session, id in
                    try await client.server.state(ofConnection: id, wait: Self.wait, token: session.tokens.access)
                }
                answered()
                pauses.reset()
                if let state, state.closedAt == nil {
                    // A server that does not wait must not be asked without end.
                    if BootTime.now - asked < 1 { try await Task.sleep(for: .seconds(1)) }
                    continue
                }
                if let end = try await cut(state) { return end }
            } catch {
                guard !Task.isCancelled else { return nil }
                if let end = end(for: error) { return end }
                try? await Task.sleep(for: .seconds(pauses.wait()))
            }
        }
        return nil
    }

    /// - Parameter closed: nil where the server no longer knows of it.
    private func cut(_ closed: ConnectionState?) async throws -> End? {
        turn(.cut, because: closed?.closedBecause ?? "The server closed the connection.")
        (state.interface, state.lastHandshakeAt) = (nil, nil)
        write()
        do { _ = try await helper.ask(.clear) } catch is Helper.Gone { return .helperGone }
        if closed?.isClosedByUser == true { return .closedByUser }
        return await reopen()
    }

    /// Asks for another connection for as long as the session stands.
    private func reopen() async -> End? {
        // Whether it stands is known at once, without waiting for the first try.
        var isFirst = true
        var pauses = Backoff(5, upTo: 60)
        while !Task.isCancelled {
            do {
                if isFirst {
                    _ = try await ask { client, session, _ in
                        try await client.server.status(token: session.tokens.access)
                    }
                    answered()
                } else {
                    connection = try await open()
                    answered()
                    guard !isEnding else {
                        await close()
                        return nil
                    }
                    try await begin()
                    return nil
                }
            } catch {
                guard !Task.isCancelled else { return nil }
                if let end = end(for: error) { return end }
                if state.phase != .cut { turn(.cut, because: Self.sentence(for: error)) }
            }
            isFirst = false
            try? await Task.sleep(for: .seconds(pauses.wait()))
        }
        return nil
    }

    /// Another connection to the same network. It is asked for to the end also where the keeper is told to end meanwhile: what the
    /// server has opened by then is to be closed.
    private func open() async throws -> OpenConnection {
        let network = connection.network
        return try await Task {
            try await ask(patience: Self.lastPatience) { client, session, _ in
                try await client.open(network, for: session).connection
            }
        }.value
    }

    /// Closes the connection, for which there is no tunnel here any more. A server that is away is not waited for.
    func close() async {
        try? await ask(patience: Self.lastPatience) { client, session, id in
            try await client.server.close(connection: id, token: session.tokens.access)
        }
    }

    /// - Parameter patience: Seconds for one request.
    func ask<Answer: Sendable>(
        patience: Int64 = Int64(Keeper.wait) + 15,
        _ question: @Sendable (ConnectClient, SavedSession, String) async throws -> Answer
    ) async throws -> Answer {
        let (user, server, id) = (session.user, session.server, connection.id)
        return try await ConnectClient.signedIn(in: folder, patience: patience) { client, session in
            guard session.user == user, session.server == server else { throw OtherUser() }
            return try await question(client, session, id)
        }
    }

    private struct OtherUser: Error {}

    /// nil where it passes, or may.
    private func end(for error: any Error) -> End? {
        switch error {
        case ConnectError.accessEnded(let why): return .signedOut(because: why)
        case ConnectError.notSignedIn: return .signedOut(because: nil)
        case is OtherUser: return .otherUser
        case is Helper.Gone: return .helperGone
        case ConnectError.unreachable, ConnectError.serverFailed, ConnectError.notTimus:
            if state.serverUnreachableSince == nil {
                state.serverUnreachableSince = Date()
                write()
            }
        default: break
        }
        return nil
    }

    private func answered() {
        guard state.serverUnreachableSince != nil else { return }
        state.serverUnreachableSince = nil
        write()
    }

    private static func sentence(for error: any Error) -> String {
        switch error {
        case let refusal as HoldRefusal: refusal.sentence
        case let error as ConnectError: error.errorDescription ?? "It failed."
        default: "It failed."
        }
    }
}
