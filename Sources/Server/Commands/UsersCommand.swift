public import Access
public import ArgumentParser
import Directory
import Storage

/// `timus users`: everybody known, where they are signed in, and their sign-out.
struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "List users and where they are signed in, and sign them out.",
        subcommands: [List.self, Sessions.self, SignOut.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List users, their status, groups and allowed sites."
        )

        @OptionGroup var storeOptions: StoreOptions

        @Option(help: "Only users with this status: active, inactive or banned.")
        var status: Standing?

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let users = try await storeOptions.withStore { try await $0.everyone() }
                .filter { status == nil || $0.standing == status }
                .map(UserLine.init)
            if json { return try Standard.answer(json: users) }
            guard !users.isEmpty else {
                return Standard.error("No users. Choose Okta groups with `timus okta choose`, then run `timus sync`.")
            }
            var table = TextTable("NAME", "E-MAIL", "STATUS", "OKTA STATUS", "GROUPS", "SITES")
            table.rows = users.map { user in
                [
                    user.name, user.email ?? "–", user.status.rawValue, user.oktaStatus,
                    user.groups.joined(separator: ", "), user.sites.joined(separator: ", "),
                ]
            }
            table.lines.forEach(Standard.answer)
        }
    }
}

extension Standing: ExpressibleByArgument {}

/// A user as `timus users --json` prints them.
struct UserLine: Encodable {
    let oktaUserId: String
    let name: String
    @OrNull var email: String?
    let login: String
    let status: Standing
    let oktaStatus: String
    let groups: [String]
    let sites: [String]

    init(_ facts: AccessFacts) {
        oktaUserId = facts.user.id.rawValue
        name = facts.user.name
        email = facts.user.email
        login = facts.user.login
        status = facts.standing
        oktaStatus = facts.user.status.rawValue
        groups = facts.groups.map(\.name).sorted()
        sites = facts.allowedSites.map(\.name)
    }
}
