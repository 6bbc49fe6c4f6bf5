import Access
import ArgumentParser
import Directory
import Foundation
import SignIn
import Storage

extension UsersCommand {
    /// `timus users sessions E-MAIL`: where a user is signed in and connected, and on which devices.
    struct Sessions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show where a user is signed in and connected, and on which devices."
        )

        @Argument(help: ArgumentHelp("The user's e-mail, Okta username or Okta user id.", valueName: "e-mail"))
        var user: String

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let users = try await storeOptions.withStore { store in
                var users: [UserSessions] = []
                for facts in try await store.facts(ofUsersNamed: user) {
                    users.append(try await UserSessions(facts.user, in: store))
                }
                return users
            }
            if json { return try Standard.answer(json: users) }
            users.flatMap(\.lines).forEach(Standard.answer)
        }
    }

    /// `timus users sign-out E-MAIL`: ends sessions of a user.
    struct SignOut: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign a user out: everywhere, or of one session.",
            discussion: "They may sign in again; `timus users sessions` has the ids. A ban is in Manager."
        )

        @Argument(help: ArgumentHelp("The user's e-mail, Okta username or Okta user id.", valueName: "e-mail"))
        var user: String

        @Option(help: ArgumentHelp("Only this session.", valueName: "id"))
        var session: String?

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let ended = try await storeOptions.withStore { store in
                let users = try await store.facts(ofUsersNamed: user).map(\.user)
                guard let user = users.first, users.count == 1 else {
                    throw Failure.usage("\(users.count) users have this name.", hint: "Give the Okta user id.")
                }
                guard let session else {
                    return try await store.endEverything(
                        of: user.id,
                        because: "Signed out at the command line.",
                        by: .shell
                    ).sessions
                }
                let id = Session.ID(session)
                guard try await store.sessions(of: .user(user.id)).contains(where: { $0.id == id }) else {
                    throw Failure.said(
                        "\(user.login) has no session \(session).",
                        hint: "See `timus users sessions \(user.login)`."
                    )
                }
                try await store.endSession(id, because: "Signed out at the command line.", by: .shell)
                return 1
            }
            if json { return try Standard.answer(json: ["sessions_ended": ended]) }
            Standard.answer(ended == 1 ? "1 session ended." : "\(ended) sessions ended.")
        }
    }
}

/// What `timus users sessions --json` prints of a user.
struct UserSessions: Encodable {
    let oktaUserId: String
    let login: String
    let sessions: [SessionLine]
    let connections: [ConnectionLine]
    let devices: [DeviceLine]

    struct SessionLine: Encodable {
        let id: String
        let kind: Session.Kind
        @OrNull var address: String?
        @OrNull var userAgent: String?
        let createdAt: Date
        let lastSeenAt: Date
        /// In any case; it ends earlier when it is not used.
        let expiresAt: Date
        let idleLimitSeconds: Int

        /// As people say it; not in JSON.
        fileprivate let place: String

        fileprivate init(_ session: Session) {
            id = session.id.rawValue
            kind = session.kind
            address = session.address
            userAgent = session.userAgent
            createdAt = session.createdAt
            lastSeenAt = session.lastSeenAt
            expiresAt = session.expiresAt
            idleLimitSeconds = session.kind.idleLimit
            place = session.place
        }

        private enum CodingKeys: CodingKey {
            case id, kind, address, userAgent, createdAt, lastSeenAt, expiresAt, idleLimitSeconds
        }
    }

    struct ConnectionLine: Encodable {
        let id: String
        let site: String
        let device: String
        let address: String
        let openedAt: Date
    }

    struct DeviceLine: Encodable {
        let id: String
        let name: String
        let platform: String
        let lastSeenAt: Date
    }

    init(_ user: User, in store: Store) async throws {
        let sites = Dictionary(uniqueKeysWithValues: try await store.sites().map { ($0.id, $0.name) })
        oktaUserId = user.id.rawValue
        login = user.login
        sessions = try await store.sessions(of: .user(user.id)).map(SessionLine.init)
        connections = try await store.openConnections(of: user.id).map {
            ConnectionLine(
                id: $0.id.rawValue,
                site: sites[$0.site] ?? $0.site.rawValue,
                device: $0.device.rawValue,
                address: $0.address,
                openedAt: $0.openedAt
            )
        }
        devices = try await store.devices(of: user.id).map {
            DeviceLine(id: $0.id.rawValue, name: $0.name, platform: $0.platform, lastSeenAt: $0.lastSeenAt)
        }
    }

    /// The same for people.
    var lines: [String] {
        var signedIn = TextTable("SESSION", "WHERE", "LAST SEEN", "ENDS AT THE LATEST", "ID")
        signedIn.rows = sessions.map {
            [
                $0.kind.rawValue, $0.place, $0.lastSeenAt.formatted(.iso8601), $0.expiresAt.formatted(.iso8601), $0.id,
            ]
        }
        var open = TextTable("CONNECTED TO", "DEVICE", "ADDRESS", "SINCE")
        open.rows = connections.map { connection in
            let device = devices.first { $0.id == connection.device }?.name ?? connection.device
            return [connection.site, device, connection.address, connection.openedAt.formatted(.iso8601)]
        }
        var enrolled = TextTable("DEVICE", "SYSTEM", "LAST SEEN")
        enrolled.rows = devices.map { [$0.name, $0.platform, $0.lastSeenAt.formatted(.iso8601)] }
        return [login]
            + (sessions.isEmpty ? ["Signed in nowhere."] : signedIn.lines)
            + (connections.isEmpty ? ["Connected to no site."] : open.lines)
            + (devices.isEmpty ? ["No device."] : enrolled.lines)
    }
}
