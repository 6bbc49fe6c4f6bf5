import Access
import Directory
import Storage
import WebUI

import struct Foundation.Date

/// Where a user is connected and signed in, and on which devices: three cards, with what they may end.
struct AccountAccess: Component {
    let connections: [LiveConnection]
    let devices: [Device]
    let sessions: [Session]
    /// That of this browser.
    let current: Session.ID?
    let sites: [Site]
    let csrf: String
    let now: Date

    var html: HTML {
        // Live while there is something that may end elsewhere.
        let live = Live(id: "connections", isLive: !connections.isEmpty, connectionCard.html)
        return "\(live)\(deviceCard)\(sessionCard)"
    }

    private var connectionCard: Card {
        guard !connections.isEmpty else {
            return Card(
                "Connections",
                EmptyState("Not connected", "Choose a network in Timus Connect on one of your devices.").html
            )
        }
        let table = ConnectionTable(
            "Your open connections",
            connections,
            sites: sites,
            place: "Network",
            now: now
        ) { [csrf] live, site in
            let button = Button("Disconnect", .plain, context: "\(live.device) from \(site)")
            let path: Path = "/account/connections/\(live.connection.id)/end"
            return PostForm(path, csrf: csrf, isInline: true, button.html).html
        }
        return Card("Connections", table.html)
    }

    private var deviceCard: Card {
        guard !devices.isEmpty else {
            return Card(
                "Devices",
                EmptyState("No devices", "Sign in with Timus Connect on a device, and it appears here.").html
            )
        }
        let rows = devices.map { device -> [HTML] in
            let button = Button("Remove", .plain, context: device.name)
            return [
                "\(isolated: device.name)", "\(isolated: device.platform)", "\(TimeText(device.lastSeenAt, now: now))",
                "\(PostForm("/account/devices/\(device.id)/remove", csrf: csrf, isInline: true, button.html))",
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

    private var sessionCard: Card {
        let others = PostForm(
            "/account/sessions/end-others",
            csrf: csrf,
            isInline: true,
            "\(Button("Sign out everywhere else", .secondary))"
        )
        return Card(
            "Sessions",
            actions: sessions.count > 1 ? "\(others)" : .empty,
            SessionTable("Where you are signed in", sessions, now: now) { [current, csrf] session in
                guard session.id != current else { return "This session" }
                let button = Button("Sign out", .plain, context: "\(session.kind.title), \(session.place)")
                return PostForm("/account/sessions/\(session.id)/end", csrf: csrf, isInline: true, button.html).html
            }.html
        )
    }
}
