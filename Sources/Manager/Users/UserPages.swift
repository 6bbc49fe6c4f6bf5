import Access
import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage
import WebUI

import struct Foundation.Date

/// One user: who they are in Okta, their groups, their allowed sites and why, where they are signed in, and what an
/// administrator may set by hand.
struct UserPages: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("users/:user", use: show)
        router.get("users/:user/ban", use: confirmBan)
        router.post("users/:user/ban", use: ban)
        router.post("users/:user/ban/remove", use: unban)
        router.post("users/:user/overrides/:site", use: setOverride)
    }

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let facts = try await facts(of: context)
        let mayChange = visitor.mayChange
        let access = UserAccess(
            user: facts.user,
            sessions: try await store.sessions(of: .user(facts.user.id)),
            connections: try await store.liveConnections(of: facts.user.id),
            cuts: try await store.recentCuts(of: facts.user.id, limit: 10),
            devices: try await store.devices(of: facts.user.id),
            sites: facts.sites,
            csrf: mayChange ? visitor.csrf : nil,
            now: store.now()
        )
        let history = AccessHistory(entries: try await store.accessHistory(of: facts.user.id), now: store.now())
        let content: HTML = """
            \(refusal(facts))\
            \(profile(facts))\
            \(groups(facts))\
            \(sites(facts, mayChange: mayChange, csrf: visitor.csrf))\
            \(access)\
            \(history)\
            \(mayChange ? banCard(facts, csrf: visitor.csrf) : .empty)
            """
        return try await shell.page(
            Shell.Sheet(
                title: facts.user.name,
                badge: facts.standing.badge,
                trail: [Link("Users & Teams", to: "/users")],
                content: content
            ),
            in: .users,
            for: visitor,
            context
        )
    }

    @Sendable private func confirmBan(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let user = try await facts(of: context).user
        let open = try await store.openConnections(of: user.id).count
        let sessions = try await store.sessions(of: .user(user.id)).count
        return try await shell.page(
            Shell.Sheet(
                title: "Ban \(user.name)",
                trail: [Link("Users & Teams", to: "/users"), Link(user.name, to: Self.path(user.id))],
                content: ConfirmPage(
                    "Ban <b>\(isolated: user.name)</b>? They lose access to every site, whatever Okta says, until you lift the ban.",
                    losses: [
                        open == 1 ? "1 open connection ends" : "\(open) open connections end",
                        sessions == 1 ? "1 session ends" : "\(sessions) sessions end",
                    ],
                    action: "/users/\(user.id.rawValue)/ban",
                    csrf: visitor.csrf,
                    confirm: "Ban user",
                    cancel: Self.path(user.id)
                ).html
            ),
            in: .users,
            for: visitor,
            context
        )
    }

    @Sendable private func ban(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let user = try await facts(of: context).user
        try await store.ban(user.id, by: visitor.actor)
        return context.seeOther(Self.path(user.id), flash: Flash("\(user.name) was banned."))
    }

    @Sendable private func unban(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let user = try await facts(of: context).user
        try await store.unban(user.id, by: visitor.actor)
        return context.seeOther(Self.path(user.id), flash: Flash("The ban on \(user.name) was lifted."))
    }

    @Sendable private func setOverride(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let user = try await facts(of: context).user
        guard let site = try await store.site(Site.ID(try context.parameters.require("site"))) else {
            throw HTTPError(.notFound)
        }
        let typed = try await request.form().value("effect")
        let effect = SiteOverride.Effect(rawValue: typed)
        guard effect != nil || typed == "none" else { throw HTTPError(.badRequest) }
        try await store.setOverride(
            user: user.id,
            site: site.id,
            effect: effect,
            by: visitor.actor
        )
        let sentence =
            switch effect {
            case .allow: "\(site.name) is allowed for \(user.name) by hand."
            case .deny: "\(site.name) is denied for \(user.name) by hand."
            case nil: "\(site.name) follows \(user.name)'s groups again."
            }
        return context.seeOther(Self.path(user.id).fragment("sites"), flash: Flash(sentence))
    }

    private func facts(of context: WebContext) async throws -> AccessFacts {
        guard let facts = try await store.accessFacts(for: User.ID(try context.parameters.require("user"))) else {
            throw HTTPError(.notFound)
        }
        return facts
    }

    /// Why the user has no access at all, on top of everything else.
    private func refusal(_ facts: AccessFacts) -> HTML {
        guard let refusal = facts.refusalForEverySite else { return .empty }
        return Notice("\(facts.user.name) reaches no site. \(refusal.sentence)", .warning).html.within("flash")
    }

    private func profile(_ facts: AccessFacts) -> HTML {
        let user = facts.user
        return Card(
            "Profile",
            SummaryList([
                .init("Name", "\(isolated: user.name)"),
                .init("Full name", "\(isolated: user.fullName.isEmpty ? "–" : user.fullName)"),
                .init("E-mail", "\(isolated: user.email ?? "–")"),
                .init("Okta username", "\(isolated: user.login)"),
                .init("Status in Okta", "<span class=\"mono\">\(user.status.rawValue)</span>"),
                .init("Okta user ID", "<span class=\"mono\">\(user.id.rawValue)</span>"),
                .init("Team", facts.standing == .active ? "\(Team.oktaUsers)" : "–"),
            ]).html
        ).html
    }

    /// The chosen groups are read-only tags on their members.
    private func groups(_ facts: AccessFacts) -> HTML {
        let tags = facts.groups.sorted { ($0.name, $0.id) < ($1.name, $1.id) }.map { group in
            "\(Badge(group.name, .info)) " as HTML
        }
        return Card(
            "Groups",
            note: "<span class=\"soft\">from Okta, read-only</span>",
            tags.isEmpty ? "<p>In none of the Okta groups that are synchronized.</p>" : "<p>\(tags)</p>"
        ).html
    }

    private func sites(_ facts: AccessFacts, mayChange: Bool, csrf: String) -> HTML {
        guard !facts.sites.isEmpty else {
            return Card(
                "Allowed sites",
                id: "sites",
                EmptyState(
                    "No sites yet",
                    "Add a site, then allow it to groups.",
                    action: Link("Sites", to: "/sites").html
                )
                .html
            ).html
        }
        return Card(
            "Allowed sites",
            id: "sites",
            DataTable(
                "Sites and why",
                columns: [.init("Site"), .init("Access"), .init("Why"), .init("By hand")],
                rows: facts.sites.sorted { $0.name < $1.name }.map { site in
                    row(site, facts: facts, mayChange: mayChange, csrf: csrf)
                },
                captionIsUnseen: true
            ).html
        ).html
    }

    private func row(_ site: Site, facts: AccessFacts, mayChange: Bool, csrf: String) -> [HTML] {
        let decision = facts.decision(for: site.id)
        let override = facts.overrides.first { $0.site == site.id }
        let path: Path = "/users/\(facts.user.id.rawValue)/overrides/\(site.id.rawValue)"
        func button(_ label: String, _ effect: String) -> HTML {
            PostForm(
                path,
                csrf: csrf,
                isInline: true,
                Button(label, .plain, name: "effect", value: effect, context: site.name).html
            ).html
        }
        let buttons: HTML = """
            \(override?.effect == .allow ? .empty : button("Allow", "allow"))\
            \(override?.effect == .deny ? .empty : button("Deny", "deny"))\
            \(override == nil ? .empty : button("Follow groups", "none"))
            """
        return [
            Link(site.name, to: "/sites/\(site.id.rawValue)").html,
            decision.isAllowed ? Badge("Allowed", .positive).html : Badge("Denied", .neutral).html,
            "\(isolated: decision.sentence)",
            mayChange ? buttons : "\(isolated: override.map { "\($0.effect.rawValue), by \($0.setBy)" } ?? "–")",
        ]
    }

    private func banCard(_ facts: AccessFacts, csrf: String) -> HTML {
        guard let ban = facts.ban else {
            return Card(
                "Ban",
                "<p>A ban ends all access at once, whatever Okta says.</p>\(Button("Ban user…", .danger, to: "/users/\(facts.user.id.rawValue)/ban").html.within("actions"))"
            ).html
        }
        let lift = PostForm(
            "/users/\(facts.user.id.rawValue)/ban/remove",
            csrf: csrf,
            Button("Lift the ban", .secondary).html
        )
        return Card(
            "Ban",
            "<p>Banned by \(isolated: ban.setBy), \(TimeText(ban.setAt, now: store.now())).</p>\(lift)"
        ).html
    }

    private static func path(_ user: User.ID) -> Path { "/users/\(user.rawValue)" }
}
