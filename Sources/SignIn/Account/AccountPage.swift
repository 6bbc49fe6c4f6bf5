import Access
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Storage
import WebUI

/// `/account`, Accounts: what a user is in Timus, which networks they reach and why, their devices and sessions.
struct AccountPage {
    let store: Store

    func add(to router: Router<WebContext>) {
        router.get("/account") { request, context -> Response in
            let user = try context.requireUser(request)
            return try await page(user, context).response()
        }
        AccountActions(store: store).add(to: router)
    }

    private func page(_ user: User, _ context: WebContext) async throws -> HTML {
        guard let facts = try await store.accessFacts(for: user.id) else { throw HTTPError(.notFound) }
        let csrf = context.session?.csrfToken ?? ""
        let access = AccountAccess(
            connections: try await store.liveConnections(of: user.id),
            devices: try await store.devices(of: user.id),
            sessions: try await store.sessions(of: .user(user.id)),
            current: context.session?.session.id,
            sites: facts.sites,
            csrf: csrf,
            now: store.now()
        )
        let content: HTML = "\(profile(facts))\(networks(facts))\(access)"
        let person: HTML = """
            <span>\(isolated: user.name)</span>\
            \(PostForm("/account/sign-out", csrf: csrf, isInline: true, "\(Button("Sign out", .plain))"))
            """
        return Page(
            "Your account",
            navigation: Page.Navigation(home: "/account", console: "Accounts", items: [], person: person),
            flash: context.flash?.notice,
            content
        ).html
    }

    private func profile(_ facts: AccessFacts) -> Card {
        let user = facts.user
        let groups = facts.groups.map(\.name).sorted().joined(separator: ", ")
        return Card(
            "Profile",
            SummaryList([
                .init("Name", "\(isolated: user.name)"),
                .init("Full name", "\(isolated: user.fullName.isEmpty ? "None in Okta" : user.fullName)"),
                .init("E-mail", "\(isolated: user.email ?? "None in Okta")"),
                .init("Okta username", "\(isolated: user.login)"),
                .init("Groups", "\(isolated: groups.isEmpty ? "None" : groups)"),
            ]).html
        )
    }

    private func networks(_ facts: AccessFacts) -> Card {
        let sites = facts.allowedSites
        guard !sites.isEmpty else {
            let why = facts.refusalForEverySite?.sentenceToUser ?? "Your groups were given no network yet."
            return Card(
                "Networks",
                EmptyState("No networks", "\(why) Ask your administrator for access.").html
            )
        }
        let rows = sites.map { site -> [HTML] in
            [
                "\(isolated: site.name)", "<span class=\"mono\">\(site.addressRange.description)</span>",
                "\(facts.decision(for: site.id).sentence)",
            ]
        }
        return Card(
            "Networks",
            DataTable(
                "Networks that you may reach",
                columns: [.init("Network"), .init("Addresses"), .init("Why")],
                rows: rows,
                captionIsUnseen: true
            ).html
        )
    }
}
