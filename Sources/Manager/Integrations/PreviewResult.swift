import Access
import Directory
import Storage
import Sync
import WebUI

/// What a synchronization would do, by name: numbers in full, of each table the first rows.
struct PreviewResult: Component {
    private static let mostRows = 200

    private let preview: SyncPreview
    private let names: PreviewNames
    private var changes: Changes { preview.plan.changes }

    init(_ preview: SyncPreview, _ store: Store) async throws {
        self.preview = preview
        let plan = preview.plan.changes
        let shown =
            plan.changedUsers.prefix(Self.mostRows).map(\.id) + preview.applied.usersLeft.prefix(Self.mostRows)
            + preview.applied.revocations.holders.prefix(Self.mostRows).map(\.user)
            + Self.moves(plan).prefix(Self.mostRows).map(\.membership.user)
        names = try await PreviewNames(of: Set(shown), plan, store)
    }

    var html: HTML {
        guard !changes.isEmpty else {
            let nothing = EmptyState("Nothing would change", "What Timus keeps is what Okta says now.")
            return "\(nothing)\(Card(took))\(leftOut)"
        }
        return """
            \(held)\(Card("\(counts)\(took)"))\(ending)\(leaving)\(joining)\(changing)\(memberships)\(groups)\(leftOut)
            """
    }

    private var held: HTML {
        guard preview.wouldBeHeld else { return .empty }
        let plan = preview.plan
        let missing = Counts.grouped(plan.usersGoneMissing.count)
        let limit = Counts.grouped(Guard.limit(for: plan.usersWithAccess))
        return Notice(
            "This would wait for your approval.",
            .warning,
            detail: """
                \(missing) of \(Counts.grouped(plan.usersWithAccess)) users with access are no longer in the groups that \
                Okta lists; more than \(limit) at once wait. They would keep their access meanwhile; everything else \
                would be done.
                """
        ).html.within("flash")
    }

    private var counts: Counts {
        Counts([
            .init(changes.addedUsers.count, "would join", to: "#joining"),
            .init(changes.changedUsers.count, "would change", to: "#changing"),
            .init(preview.applied.usersLeft.count, "would leave", to: "#leaving"),
            .init(preview.applied.revocations.holders.count, "would lose live access", to: "#ending"),
            .init(changes.joined.count, "memberships added", to: "#memberships"),
            .init(changes.left.count, "removed", to: "#memberships"),
        ])
    }

    private var ending: HTML {
        let revocations = preview.applied.revocations
        let sessions = Self.number(revocations.sessions, "session")
        let connections = Self.number(revocations.connections, "connection")
        return list(
            "Access that would end",
            id: "ending",
            note: "\(sessions), \(connections)",
            columns: ["User", "What ends", "Why"],
            revocations.holders
        ) { holder in
            let connections = holder.sites.map { "the connection to \(names.site($0))" }
            let ends = (holder.sessionsEnd ? ["sessions"] : []) + connections
            return [
                names.link(to: holder.user), "\(isolated: ends.joined(separator: ", "))", "\(isolated: holder.because)",
            ]
        }
    }

    private var leaving: HTML {
        list(
            "Users who would leave every chosen group",
            id: "leaving",
            columns: ["User", "E-mail", "Status in Okta"],
            preview.applied.usersLeft
        ) { id in
            let user = names.user(id)
            return [names.link(to: id), "\(isolated: user?.email ?? user?.login ?? "–")", Self.status(user?.status)]
        }
    }

    private var joining: HTML {
        list(
            "Users who would join",
            id: "joining",
            columns: ["User", "E-mail", "Status in Okta"],
            changes.addedUsers.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        ) { user in
            ["\(isolated: user.name)", "\(isolated: user.email ?? user.login)", Self.status(user.status)]
        }
    }

    private var changing: HTML {
        list(
            "Users who would change",
            id: "changing",
            columns: ["User", "Change", "Status in Okta"],
            changes.changedUsers
        ) { user in
            let kept = names.user(user.id)
            let differences = kept.map { Self.differences($0, user) } ?? []
            return [
                names.link(to: user.id),
                "\(isolated: differences.isEmpty ? "–" : differences.joined(separator: "; "))",
                Self.status(user.status),
            ]
        }
    }

    private var memberships: HTML {
        list(
            "Memberships that would be added or removed",
            id: "memberships",
            columns: ["User", "Group", "Change"],
            Self.moves(changes)
        ) { move in
            [
                names.link(to: move.membership.user), "\(isolated: names.group(move.membership.group))",
                move.isJoining ? Badge("Joins", .positive).html : Badge("Leaves", .warning).html,
            ]
        }
    }

    private var groups: HTML {
        let missing = changes.missingGroups.map { (name: names.group($0), what: "Not found in Okta any more") }
        let others = changes.groups.map { group in
            (name: group.name, what: names.isKnown(group.id) ? "Changed, or found again" : "New in Okta")
        }
        return list("Groups", id: "groups", columns: ["Group", "Change"], missing + others) { group in
            ["\(isolated: group.name)", "\(group.what)"]
        }
    }

    private var leftOut: HTML {
        guard !preview.warnings.isEmpty else { return .empty }
        let lines = preview.warnings.prefix(Self.mostRows).map { "<li>\($0)</li>" as HTML }
        let count: HTML = "<span class=\"soft\">\(Counts.grouped(preview.warnings.count))</span>"
        return Card("Left out, and why", note: count, "<ul class=\"losses\">\(lines)</ul>").html
    }

    private var took: HTML {
        let reading = preview.pulled.reading
        let read = """
            \(Self.number(reading.groups.count, "group")), \(Self.number(reading.users.count, "user")) and \
            \(Self.number(reading.membershipCount, "membership"))
            """
        let requests = Self.number(preview.requests, "request")
        let time = TimeText.duration(milliseconds: preview.durationMilliseconds)
        return "<div class=\"soft small\">\(read) read with \(requests) to Okta in \(time).</div>"
    }

    /// A card with a table of the first rows; nothing for none.
    private func list<Row>(
        _ title: String,
        id: String,
        note: String? = nil,
        columns: [String],
        _ rows: some Collection<Row>,
        _ cells: (Row) -> [HTML]
    ) -> HTML {
        guard !rows.isEmpty else { return .empty }
        let count = Counts.grouped(rows.count)
        let shown = rows.count > Self.mostRows ? "the first \(Self.mostRows) of \(count)" : count
        return Card(
            title,
            note: "<span class=\"soft\">\([shown, note].compactMap(\.self).joined(separator: " · "))</span>",
            id: id,
            DataTable(
                title,
                columns: columns.map { .init($0) },
                rows: rows.prefix(Self.mostRows).map(cells),
                captionIsUnseen: true
            ).html
        ).html
    }

    private static func status(_ status: User.Status?) -> HTML {
        status.map { "<span class=\"mono small\">\($0)</span>" } ?? "–"
    }

    /// Those that end first: they are looked at with more care.
    private static func moves(_ changes: Changes) -> [(membership: Membership, isJoining: Bool)] {
        changes.left.map { ($0, false) } + changes.joined.map { ($0, true) }
    }

    private static func differences(_ kept: User, _ now: User) -> [String] {
        var differences: [String] = []
        if kept.status != now.status { differences.append("\(kept.status.rawValue) → \(now.status.rawValue)") }
        if kept.email != now.email { differences.append("e-mail \(kept.email ?? "none") → \(now.email ?? "none")") }
        if kept.login != now.login { differences.append("username \(kept.login) → \(now.login)") }
        if kept.fullName != now.fullName { differences.append("name \(kept.fullName) → \(now.fullName)") }
        return differences
    }

    private static func number(_ count: Int, _ thing: String) -> String {
        "\(Counts.grouped(count)) \(thing)\(count == 1 ? "" : "s")"
    }
}
