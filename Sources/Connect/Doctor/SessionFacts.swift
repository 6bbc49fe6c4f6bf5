import ConnectAPI
import Foundation

/// How the sign-in of this machine stands.
enum SessionFacts: Equatable, Sendable {
    case none
    case good(as: String, organisation: String, until: Date)
    /// The server said no, or could not be asked; the error says which.
    case bad(ConnectError)

    static func read(_ folder: StateFolder) async -> SessionFacts {
        do {
            return try await ConnectClient.signedIn(in: folder) { client, session in
                let status = try await client.server.status(token: session.tokens.access)
                return .good(
                    as: status.email ?? status.name,
                    organisation: status.organisation,
                    until: status.sessionExpiresAt
                )
            }
        } catch ConnectError.notSignedIn {
            return .none
        } catch let error as ConnectError {
            return .bad(error)
        } catch {
            return .bad(.signInFailed("It could not be asked for", hint: "Try again"))
        }
    }
}

extension Finding {
    static func session(_ facts: SessionFacts, now: Date) -> Finding {
        let (id, name) = ("session", "Session")
        switch facts {
        case .none:
            return .warning(id, name, "Nobody is signed in.", remedy: "Sign in: timus-connect sign-in.")
        case .good(let user, let organisation, let until):
            let left = Int(until.timeIntervalSince(now))
            return .ok(id, name, "Signed in as \(user) at \(organisation), for \(span(left)) more.")
        case .bad(.unreachable), .bad(.serverFailed), .bad(.notTimus):
            return .unchecked(
                id,
                name,
                "A sign-in is kept here; the server could not be asked whether it is still good."
            )
        case .bad(let error):
            return .failed(id, name, error)
        }
    }

    private static func span(_ seconds: Int) -> String {
        let (count, unit) =
            switch seconds {
            case ..<60: (max(seconds, 0), "second")
            case ..<3600: (seconds / 60, "minute")
            case ..<(48 * 3600): (seconds / 3600, "hour")
            default: (seconds / 86400, "day")
            }
        return "\(count) \(unit)\(count == 1 ? "" : "s")"
    }
}
