import Access
import Directory
import SignIn
import Storage
import WebUI

import struct Foundation.Date

/// Where a user is signed in and connected, and on which devices: cards with what an administrator may end.
struct UserAccess: Component {
    let user: User
    let sessions: [Session]
    let connections: [LiveConnection]
    let cuts: [Cut]
    let devices: [Device]
    let sites: [Site]
    /// nil for a viewer.
    let csrf: String?
    let now: Date

    var html: HTML { "\(sessionCard)\(tunnels)\(deviceCard)" }

    /// They renew themselves while somebody is connected, or a gateway has not said yet that it cut.
    private var tunnels: HTML {
        let isLive = !connections.isEmpty || cuts.contains { $0.isWaiting(at: now) }
        return """
            \(Live(id: "open-connections", isLive: isLive, connectionCard.html))\
            \(RecentCutsCard(cuts: cuts, subject: .site, now: now, isLive: isLive))
            """
    }

    private var sessionCard: Card {
        guard !sessions.isEmpty else {
            return Card("Sessions", id: "sessions", "<p>Signed in nowhere.</p>")
        }
        let everywhere = button("Sign out everywhere", "/users/\(user.id)/sessions/end", look: .secondary)
        return Card(
            "Sessions",
            actions: sessions.count > 1 ? everywhere : .empty,
            id: "sessions",
            SessionTable("Where \(user.name) is signed in", sessions, now: now, action: csrf == nil ? nil : signOut)
                .html
        )
    }

    @Sendable private func signOut(_ session: Session) -> HTML {
        button(
            "Sign out",
            "/users/\(user.id)/sessions/\(session.id)/end",
            context: "\(session.kind.title), \(session.place)"
        )
    }

    private var connectionCard: Card {
        guard !connections.isEmpty else {
            return Card("Open connections", id: "connections", "<p>Connected to no site.</p>")
        }
        let table = ConnectionTable(
            "Open connections",
            connections,
            sites: sites,
            now: now,
            action: csrf == nil ? nil : drop
        )
        return Card(
            "Open connections",
            id: "connections",
            "\(table)<p class=\"soft small\">A dropped connection can be opened again while the user is signed in.</p>"
        )
    }

    @Sendable private func drop(_ live: LiveConnection, to site: String) -> HTML {
        button("Drop connection", "/users/\(user.id)/connections/\(live.connection.id)/drop", context: "to \(site)")
    }

    private var deviceCard: Card {
        guard !devices.isEmpty else {
            return Card(
                "Devices",
                id: "devices",
                "<p>No device is enrolled. One is when the user signs in with Timus Connect.</p>"
            )
        }
        let rows = devices.map { device -> [HTML] in
            [
                "\(isolated: device.name)", "\(isolated: device.platform)", TimeText(device.lastSeenAt, now: now).html,
                "\(connections.count { $0.connection.device == device.id })",
                button("Remove", "/users/\(user.id)/devices/\(device.id)/remove", context: device.name),
            ]
        }
        return Card(
            "Devices",
            id: "devices",
            DataTable(
                "Devices",
                columns: columns(
                    [.init("Device"), .init("System"), .init("Last seen"), .init("Connected", isNumber: true)],
                    button: "Remove"
                ),
                rows: rows,
                captionIsUnseen: true
            ).html
        )
    }

    /// With one for the buttons, unless a viewer looks.
    private func columns(_ columns: [DataTable.Column], button: String) -> [DataTable.Column] {
        columns + (csrf == nil ? [] : [DataTable.Column(button, isUnseen: true)])
    }

    /// Nothing for a viewer.
    private func button(_ label: String, _ path: Path, look: Button.Look = .plain, context: String? = nil) -> HTML {
        guard let csrf else { return .empty }
        return PostForm(path, csrf: csrf, isInline: true, Button(label, look, context: context).html).html
    }
}
