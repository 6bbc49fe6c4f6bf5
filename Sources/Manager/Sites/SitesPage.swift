import Access
import Directory
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Sites*: the private networks that users may be given access to.
struct SitesPage: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("sites", use: show)
    }

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let sites = try await store.sites()
        let add: HTML = visitor.mayChange ? Button("Add a remote site", .primary, to: SitePath.new).html : .empty
        let sheet = Shell.Sheet(
            title: "Sites",
            actions: sites.isEmpty ? .empty : add,
            content: sites.isEmpty ? none(add).html : try await table(sites).html
        )
        return try await shell.page(sheet, in: .sites, for: visitor, context)
    }

    private func none(_ add: HTML) -> EmptyState {
        EmptyState(
            "No sites yet",
            "A site is a private network, such as an office or a data centre, that users reach with Timus Connect.",
            action: add
        )
    }

    private func table(_ sites: [Site]) async throws -> DataTable {
        let gateways = Dictionary(grouping: try await store.gateways(), by: \.site)
        let open = try await store.openConnectionCounts()
        var rows: [[HTML]] = []
        for site in sites {
            rows.append([
                Link(site.name, to: SitePath.site(site.id)).html,
                "<span class=\"mono\">\(site.addressRange.description)</span>",
                online(gateways[site.id] ?? []),
                "\(Counts.grouped(open[site.id] ?? 0))",
            ])
        }
        return DataTable(
            sites.count == 1 ? "1 site" : "\(sites.count) sites",
            columns: [
                .init("Name"), .init("Address range"), .init("Gateways"), .init("Open connections", isNumber: true),
            ],
            rows: rows
        )
    }

    private func online(_ gateways: [Gateway]) -> HTML {
        guard !gateways.isEmpty else { return Badge("None", .neutral).html }
        let online = gateways.count { $0.isOnline(at: shell.now) }
        let tone: Badge.Tone = online == gateways.count ? .positive : online == 0 ? .negative : .warning
        return Badge("\(online) of \(gateways.count) online", tone).html
    }
}
