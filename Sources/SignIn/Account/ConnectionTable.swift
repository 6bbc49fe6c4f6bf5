public import Access
import Directory
public import Storage
public import WebUI

public import struct Foundation.Date

/// A user's open connections as rows, each with the button that ends it: for their user in Accounts, and for
/// administrators in Manager.
public struct ConnectionTable: Component {
    private let caption: String
    private let connections: [LiveConnection]
    private let sites: [Site]
    private let place: String
    private let now: Date
    private let action: (@Sendable (LiveConnection, String) -> HTML)?

    /// - Parameters:
    ///   - connections: At least one.
    ///   - sites: Those that have names to show.
    ///   - place: What the reader calls a site.
    ///   - action: What stands at the end of a row, from the connection and its site's name; nil where there is nothing to do.
    public init(
        _ caption: String,
        _ connections: [LiveConnection],
        sites: [Site],
        place: String = "Site",
        now: Date,
        action: (@Sendable (LiveConnection, String) -> HTML)?
    ) {
        self.caption = caption
        self.connections = connections
        self.sites = sites
        self.place = place
        self.now = now
        self.action = action
    }

    public var html: HTML {
        let columns: [DataTable.Column] = [
            .init(place), .init("Device"), .init("Address"), .init("Since"), .init("Last handshake"),
        ]
        return DataTable(
            caption,
            columns: columns + (action == nil ? [] : [.init("End", isUnseen: true)]),
            rows: connections.map(row),
            captionIsUnseen: true
        ).html
    }

    private func row(_ live: LiveConnection) -> [HTML] {
        let connection = live.connection
        let site = sites.first { $0.id == connection.site }?.name ?? connection.site.rawValue
        return [
            "\(isolated: site)", "\(isolated: live.device)", "<span class=\"mono\">\(connection.address)</span>",
            TimeText(connection.openedAt, now: now).html, live.handshake(now: now),
        ] + (action.map { [$0(live, site)] } ?? [])
    }
}
