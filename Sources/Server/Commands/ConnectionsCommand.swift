import Access
import ArgumentParser
import Directory
import Foundation
import Storage

/// `timus connections`: who is connected now.
struct ConnectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connections",
        abstract: "List and drop open connections.",
        subcommands: [List.self, Drop.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List open connections, the newest first.")

        @Option(help: "Only those to this site.")
        var site: String?

        @Option(help: ArgumentHelp("Only this user's: an e-mail, Okta username or Okta user id.", valueName: "e-mail"))
        var user: String?

        @Option(help: "How many at most.")
        var limit = 200

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func validate() throws {
            guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000.") }
        }

        func run() async throws {
            let lines = try await storeOptions.withStore { store in
                let place: Site.ID? = if let site { try await store.site(named: site).id } else { nil }
                let people: [User.ID?] =
                    if let user { try await store.facts(ofUsersNamed: user).map(\.user.id) } else { [nil] }
                let names = Dictionary(uniqueKeysWithValues: try await store.sites().map { ($0.id, $0.name) })
                var lines: [ConnectionLine] = []
                for person in people {
                    lines += try await store.liveConnections(at: place, of: person, limit: limit)
                        .map { ConnectionLine($0, site: names[$0.connection.site] ?? $0.connection.site.rawValue) }
                }
                return lines
            }
            if json { return try Standard.answer(json: lines) }
            guard !lines.isEmpty else { return Standard.error("Nobody is connected.") }
            var table = TextTable("USER", "DEVICE", "SITE", "ADDRESS", "SINCE", "LAST HANDSHAKE", "ID")
            table.rows = lines.map {
                [
                    $0.user, $0.device, $0.site, $0.address, $0.openedAt.formatted(.iso8601),
                    $0.lastHandshakeAt?.formatted(.iso8601) ?? "–", $0.id,
                ]
            }
            table.lines.forEach(Standard.answer)
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Drop an open connection. Its user may open it again while signed in."
        )

        @Argument(help: "Its id, from timus connections list.")
        var id: String

        @OptionGroup var storeOptions: StoreOptions

        func run() async throws {
            try await storeOptions.withStore { store in
                let id = Connection.ID(id)
                guard let connection = try await store.connection(id), connection.closedAt == nil else {
                    throw Failure.said(
                        "There is no open connection with that id.",
                        hint: "See `timus connections list`."
                    )
                }
                try await store.dropConnection(id, by: .shell)
            }
        }
    }
}

/// A connection as `timus connections --json` prints it.
private struct ConnectionLine: Encodable {
    let id: String
    let user: String
    let device: String
    let site: String
    let address: String
    let openedAt: Date
    @OrNull var gateway: String?
    @OrNull var lastHandshakeAt: Date?
    let receivedBytes: Int64
    let sentBytes: Int64

    init(_ live: LiveConnection, site: String) {
        id = live.connection.id.rawValue
        user = live.login
        device = live.device
        self.site = site
        address = live.connection.address
        openedAt = live.connection.openedAt
        gateway = live.gateway
        lastHandshakeAt = live.lastHandshakeAt
        receivedBytes = live.receivedBytes
        sentBytes = live.sentBytes
    }
}
