import Access
import Directory
import Storage
import WebUI

/// The site's gateways and how each does; it renews itself.
struct GatewaysCard: Component {
    let state: SiteState
    /// nil for a viewer.
    let csrf: String?
    let isLive: Bool

    var html: HTML {
        Live(id: "site-gateways", isLive: isLive, card.html).html
    }

    private var card: Card {
        let add: HTML =
            csrf == nil
            ? .empty : Button("Add a gateway", .secondary, to: SitePath.newGateway(state.site.id)).html
        guard !state.gateways.isEmpty else {
            return Card(
                "Gateways",
                id: "gateways",
                EmptyState(
                    "No gateway yet",
                    "A gateway is the machine at the site that lets devices in. Without one nobody can connect.",
                    action: add
                ).html
            )
        }
        return Card("Gateways", actions: add, id: "gateways", table.html)
    }

    private var table: DataTable {
        DataTable(
            "Gateways",
            columns: [
                .init("Name"), .init("Status"), .init("Endpoint"), .init("Version"),
                .init("Refused packets", isNumber: true),
            ],
            rows: state.gateways.map(row),
            captionIsUnseen: true
        )
    }

    private func row(_ gateway: Gateway) -> [HTML] {
        [
            Link(gateway.name, to: SitePath.gateway(gateway)).html,
            gateway.standing(at: state.now, revision: state.revision),
            "<span class=\"mono\">\(gateway.endpoint)</span>",
            "\(gateway.program ?? "–")",
            gateway.isEnrolled ? "\(Counts.grouped(Int(gateway.refusedPackets)))" : "–",
        ]
    }
}
