import Access
import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Users & Teams*: everybody who was ever in a chosen group, and the teams.
struct UsersPage: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("users", use: list)
    }

    @Sendable private func list(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let filter = Filter(request.query)
        let page = try await store.users(filter.query)
        let counts = try await store.userCounts()
        let content: HTML = """
            \(try await teams())\
            \(Self.counts(counts))\
            \(Self.search(filter))\
            \(try await list(page, filter: filter, isFirstUse: counts.values.reduce(0, +) == 0))
            """
        return try await shell.page(
            Shell.Sheet(
                title: "Users & Teams",
                content: content
            ),
            in: .users,
            for: visitor,
            context
        )
    }

    private func teams() async throws -> HTML {
        let teams = try await store.teams()
        guard !teams.isEmpty else { return .empty }
        return DataTable(
            "Teams",
            columns: [.init("Team"), .init("Members", isNumber: true), .init("Kept by")],
            rows: teams.map { team in
                [
                    Link(team.name, to: ("/users" as Path).query("status", Standing.active.rawValue)).html,
                    "\(Counts.grouped(team.memberCount))",
                    team.isReadOnly
                        ? "\(Badge("Okta", .info)) <span class=\"soft\">read-only</span>" : "Administrators",
                ]
            }
        ).html
    }

    private static func counts(_ counts: [Standing: Int]) -> HTML {
        guard counts.values.contains(where: { $0 > 0 }) else { return .empty }
        return Counts(
            Standing.allCases.map { standing in
                .init(
                    counts[standing] ?? 0,
                    standing.rawValue,
                    to: ("/users" as Path).query("status", standing.rawValue)
                )
            }
        ).html
    }

    private static func search(_ filter: Filter) -> HTML {
        let status = Select(
            "Status",
            name: "status",
            options: [Choice("Any status", value: "", isChosen: filter.standing == nil)]
                + Standing.allCases.map {
                    Choice($0.word, value: $0.rawValue, isChosen: filter.standing == $0)
                }
        )
        let group: HTML =
            filter.group.map {
                "<input type=\"hidden\" name=\"group\" value=\"\($0.rawValue)\">"
            } ?? .empty
        return SearchForm(
            "Search by name, e-mail or username",
            action: "/users",
            value: filter.search,
            more: "\(status)\(group)"
        ).html
    }

    private func list(_ page: UserPage, filter: Filter, isFirstUse: Bool) async throws -> HTML {
        if page.rows.isEmpty {
            return isFirstUse
                ? EmptyState(
                    "No users yet",
                    "Users come from the Okta groups that you choose.",
                    action: Button("Set up Okta", .primary, to: "/settings/integrations/okta").html
                ).html
                : EmptyState.noMatch(for: filter.words, of: "users", clear: "/users").html
        }
        let table = DataTable(
            "\(Counts.grouped(page.total)) \(page.total == 1 ? "user" : "users")",
            columns: [
                .init("Name"), .init("E-mail"), .init("Status"), .init("Groups"), .init("Allowed sites"),
            ],
            rows: page.rows.map(Self.row)
        )
        let pages = Pagination(
            page: page.page,
            pageSize: page.pageSize,
            total: page.total,
            things: "users",
            path: filter.path
        )
        return "\(table)\(pages)"
    }

    private static func row(_ row: UserRow) -> [HTML] {
        [
            Link(row.user.name, to: "/users/\(row.user.id.rawValue)").html,
            "\(isolated: row.user.email ?? row.user.login)",
            row.standing.badge.html,
            "\(isolated: row.groups.map(\.name).formatted(upTo: 3))",
            "\(isolated: row.sites.map(\.name).formatted(upTo: 3))",
        ]
    }

    /// What the list is narrowed to.
    private struct Filter {
        let search: String
        let standing: Standing?
        let group: Group.ID?
        let page: Int

        init(_ query: Form) {
            search = query.value("search")
            standing = Standing(rawValue: query.value("status"))
            group = query.optional("group").map { Group.ID($0) }
            page = max(1, Int(query.value("page")) ?? 1)
        }

        var query: UserQuery {
            UserQuery(search: search.isEmpty ? nil : search, standing: standing, group: group, page: page)
        }

        var path: Path {
            ("/users" as Path).query("search", search).query("status", standing?.rawValue)
                .query("group", group?.rawValue)
        }

        var words: String {
            search.isEmpty ? standing?.word ?? "this group" : search
        }
    }
}

extension [String] {
    /// `A, B, C and 4 more`; a dash for none.
    func formatted(upTo most: Int) -> String {
        guard !isEmpty else { return "–" }
        guard count > most else { return joined(separator: ", ") }
        return prefix(most).joined(separator: ", ") + " and \(count - most) more"
    }
}
