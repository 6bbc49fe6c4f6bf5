public import Directory

/// Who did something, for the events.
public enum Actor: Sendable {
    case administrator(Administrator)
    case user(User.ID, email: String)
    /// Somebody at the server's command line, by the name of their account there.
    case commandLine(String)
    case sync(SyncRun.ID)
    /// Timus itself, for example where a limit of time ended a session.
    case system

    /// Named by the e-mail, or the Okta username of who has none.
    public static func user(_ user: User) -> Actor {
        .user(user.id, email: user.email ?? user.login)
    }
}

extension Actor: CustomStringConvertible {
    /// As events keep it and Manager shows it: an e-mail address, or what acted.
    public var description: String {
        switch self {
        case .administrator(let administrator): administrator.email
        case .user(_, let email): email
        case .commandLine(let name): "command line (\(name))"
        case .sync(let run): "sync \(run)"
        case .system: "timus"
        }
    }
}
