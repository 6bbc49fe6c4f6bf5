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
        router.post("/account/devices/:device/remove") { request, context -> Response in
            let user = try context.requireUser(request)
            let devices = try await store.devices(of: user.id)
            guard let device = devices.first(where: { $0.id.rawValue == context.parameters.get("device") }) else {
                throw HTTPError(.notFound)
            }
            try await store.removeDevice(device.id, by: .user(user))
            return context.seeOther("/account", flash: Flash("\(device.name) was removed."))
        }
        router.post("/account/sessions/:session/end") { request, context -> Response in
            let user = try context.requireUser(request)
            let sessions = try await store.sessions(of: .user(user.id))
            guard let session = sessions.first(where: { $0.id.rawValue == context.parameters.get("session") }) else {
                throw HTTPError(.notFound)
            }
            try await store.endSession(session.id, because: "Signed out in Accounts.", by: .user(user))
            let sentence = "\(session.kind.title) was signed out: \(session.place)."
            return context.seeOther("/account", flash: Flash(sentence))
        }
        router.post("/account/sessions/end-others") { request, context -> Response in
            let user = try context.requireUser(request)
            let count = try await store.endEverything(
                of: user.id,
                except: context.session?.session.id,
                because: "Signed out in Accounts.",
                by: .user(user)
            ).sessions
            let sentence = count == 1 ? "One other session was signed out." : "\(count) other sessions were signed out."
            return context.seeOther("/account", flash: Flash(sentence))
        }
    }

    private func page(_ user: User, _ context: WebContext) async throws -> HTML {
        guard let facts = try await store.accessFacts(for: user.id) else { throw HTTPError(.notFound) }
        let devices = try await store.devices(of: user.id)
        let sessions = try await store.sessions(of: .user(user.id))
        let csrf = context.session?.csrfToken ?? ""
        let content: HTML = """
            \(profile(facts))
            \(networks(facts))
            \(self.devices(devices, csrf: csrf))
            \(self.sessions(sessions, current: context.session?.session.id, csrf: csrf))
            """
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
            let why = facts.refusalForEverySite?.sentence ?? "Your groups were given no network yet."
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

    private func devices(_ devices: [Device], csrf: String) -> Card {
        guard !devices.isEmpty else {
            return Card(
                "Devices",
                EmptyState("No devices", "Sign in with Timus Connect on a device, and it appears here.").html
            )
        }
        let rows = devices.map { device -> [HTML] in
            let button = Button("Remove", .plain, context: device.name)
            return [
                "\(isolated: device.name)", "\(isolated: device.platform)",
                "\(TimeText(device.lastSeenAt, now: store.now()))",
                "\(PostForm("/account/devices/\(device.id)/remove", csrf: csrf, isInline: true, "\(button)"))",
            ]
        }
        return Card(
            "Devices",
            DataTable(
                "Your devices",
                columns: [.init("Device"), .init("System"), .init("Last seen"), .init("Remove", isUnseen: true)],
                rows: rows,
                captionIsUnseen: true
            ).html
        )
    }

    private func sessions(_ sessions: [Session], current: Session.ID?, csrf: String) -> Card {
        let others = PostForm(
            "/account/sessions/end-others",
            csrf: csrf,
            isInline: true,
            "\(Button("Sign out everywhere else", .secondary))"
        )
        return Card(
            "Sessions",
            actions: sessions.count > 1 ? "\(others)" : .empty,
            SessionTable("Where you are signed in", sessions, now: store.now()) { session in
                guard session.id != current else { return "This session" }
                let button = Button("Sign out", .plain, context: "\(session.kind.title), \(session.place)")
                return PostForm("/account/sessions/\(session.id)/end", csrf: csrf, isInline: true, button.html).html
            }.html
        )
    }
}
