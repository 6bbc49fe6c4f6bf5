import ArgumentParser
import Directory
import Foundation
import Storage

/// `timus okta directory`: what Timus keeps of Okta, to compare with Okta itself.
struct OktaDirectory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory",
        abstract: "Print what is kept of Okta: every user, and the members of the chosen groups."
    )

    @OptionGroup var storeOptions: StoreOptions

    @Flag(help: "Print JSON with stable fields.")
    var json = false

    func run() async throws {
        let kept = try await storeOptions.withStore { store in try await store.snapshot() }
        if json { return try Standard.answer(json: DirectoryLine(kept)) }
        let members = kept.members.sorted { ($0.key) < ($1.key) }
        for (group, users) in members {
            Standard.answer("\(kept.groups[group]?.name ?? group.rawValue)")
            for user in users.sorted() {
                guard let user = kept.users[user] else { continue }
                Standard.answer("  \(user.login) (\(user.status.rawValue))")
            }
        }
        if members.isEmpty { Standard.answer("No group is chosen, or none was read yet.") }
    }
}

/// The directory as `timus okta directory --json` prints it; keys are Okta's ids.
private struct DirectoryLine: Encodable {
    struct Group: Encodable {
        let name: String
        let members: [String]
    }

    struct User: Encodable {
        let status: String
        let login: String
        @OrNull var email: String?
        @OrNull var firstName: String?
        @OrNull var lastName: String?
    }

    let groups: [String: Group]
    let users: [String: User]

    init(_ kept: Snapshot) {
        groups = Dictionary(
            uniqueKeysWithValues: kept.members.map { group, users in
                let name = kept.groups[group]?.name ?? ""
                return (group.rawValue, Group(name: name, members: users.map(\.rawValue).sorted()))
            }
        )
        users = Dictionary(
            uniqueKeysWithValues: kept.users.values.map { user in
                let line = User(
                    status: user.status.rawValue,
                    login: user.login,
                    email: user.email,
                    firstName: user.firstName,
                    lastName: user.lastName
                )
                return (user.id.rawValue, line)
            }
        )
    }
}
