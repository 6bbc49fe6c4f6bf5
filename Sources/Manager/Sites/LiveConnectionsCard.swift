import Access
import Directory
import SignIn
import Storage
import WebUI

/// Who is connected to the site now; it renews itself.
struct LiveConnectionsCard: Component {
    let state: SiteState
    /// nil for a viewer.
    let csrf: String?
    let isLive: Bool

    var html: HTML {
        let content: HTML = state.connections.isEmpty ? "<p>Nobody is connected.</p>" : table.html
        return Live(
            id: "site-connections",
            isLive: isLive,
            Card("Live connections", id: "connections", content).html
        ).html
    }

    private var table: DataTable {
        DataTable(
            caption,
            columns: [
                .init("User"), .init("Device"), .init("Address"), .init("Since"), .init("Last handshake"),
                .init("Received", isNumber: true), .init("Sent", isNumber: true),
            ] + (csrf == nil ? [] : [.init("Drop", isUnseen: true)]),
            rows: state.connections.map(row)
        )
    }

    private var caption: String {
        let (shown, all) = (state.connections.count, state.connectionCount)
        if shown < all { return "The newest \(shown) of \(Counts.grouped(all)) connections" }
        return shown == 1 ? "1 connection" : "\(shown) connections"
    }

    private func row(_ live: LiveConnection) -> [HTML] {
        let connection = live.connection
        return [
            Link(live.login, to: "/users/\(connection.user)").html, "\(isolated: live.device)",
            "<span class=\"mono\">\(connection.address)</span>", TimeText(connection.openedAt, now: state.now).html,
            live.handshake(now: state.now), "\(ByteText.text(live.receivedBytes))", "\(ByteText.text(live.sentBytes))",
            drop(live),
        ]
    }

    private func drop(_ live: LiveConnection) -> HTML {
        guard let csrf else { return .empty }
        let button = Button("Drop", .plain, context: "the connection of \(live.login), \(live.device)")
        return PostForm(SitePath.drop(live.connection), csrf: csrf, isInline: true, button.html).html
    }
}
