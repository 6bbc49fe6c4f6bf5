public import Access
public import ArgumentParser
import Directory
import Storage

/// `timus users`: everybody known, with status, groups and allowed sites.
struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
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

extension Standing: ExpressibleByArgument {}

/// A user as `timus users --json` prints them.
struct UserLine: Encodable {
    let oktaUserId: String
    let name: String
    let email: String?
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

    private enum CodingKeys: CodingKey {
        case oktaUserId, name, email, login, status, oktaStatus, groups, sites
    }

    /// Writes `email` also where it is null: the fields are stable.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(oktaUserId, forKey: .oktaUserId)
        try container.encode(name, forKey: .name)
        try container.encode(email, forKey: .email)
        try container.encode(login, forKey: .login)
        try container.encode(status, forKey: .status)
        try container.encode(oktaStatus, forKey: .oktaStatus)
        try container.encode(groups, forKey: .groups)
        try container.encode(sites, forKey: .sites)
    }
}
