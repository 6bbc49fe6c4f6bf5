import Access
import ArgumentParser
import Directory
import Foundation
import Storage

/// `timus devices`: the machines on which users signed in with Connect.
struct DevicesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        abstract: "List and remove users' devices.",
        subcommands: [List.self, Remove.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List devices.")

        @Option(help: ArgumentHelp("Only this user's: an e-mail, Okta username or Okta user id.", valueName: "e-mail"))
        var user: String?

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let lines = try await storeOptions.withStore { store in
                guard let user else {
                    let devices = Dictionary(grouping: try await store.devices(), by: \.user)
                    return try await store.everyone().map(\.user).flatMap { user in
                        devices[user.id, default: []].map { DeviceLine($0, of: user) }
                    }
                }
                var lines: [DeviceLine] = []
                for user in try await store.facts(ofUsersNamed: user).map(\.user) {
                    lines += try await store.devices(of: user.id).map { DeviceLine($0, of: user) }
                }
                return lines
            }
            if json { return try Standard.answer(json: lines) }
            guard !lines.isEmpty else { return Standard.error("No devices.") }
            var table = TextTable("USER", "DEVICE", "SYSTEM", "LAST SEEN", "ID")
            table.rows = lines.map { [$0.user, $0.name, $0.platform, $0.lastSeenAt.formatted(.iso8601), $0.id] }
            table.lines.forEach(Standard.answer)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a device; its connections end.",
            discussion: "Its user may enrol it again by signing in with Connect."
        )

        @Argument(help: "Its id, from timus devices list.")
        var id: String

        @OptionGroup var storeOptions: StoreOptions

        func run() async throws {
            try await storeOptions.withStore { store in
                let id = Device.ID(id)
                guard try await store.device(id) != nil else {
                    throw Failure.said("There is no device with that id.", hint: "See `timus devices list`.")
                }
                try await store.removeDevice(id, by: .shell)
            }
        }
    }
}

/// A device as `timus devices --json` prints it.
private struct DeviceLine: Encodable {
    let id: String
    let user: String
    let name: String
    let platform: String
    let publicKey: String
    let createdAt: Date
    let lastSeenAt: Date

    init(_ device: Device, of user: User) {
        id = device.id.rawValue
        self.user = user.login
        name = device.name
        platform = device.platform
        publicKey = device.publicKey
        createdAt = device.createdAt
        lastSeenAt = device.lastSeenAt
    }
}
