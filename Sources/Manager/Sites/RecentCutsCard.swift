import Access
import Directory
import Storage
import WebUI

import struct Foundation.Date

/// The connections that were closed last: why, and when each gateway said that it lets them in no more.
struct RecentCutsCard: Component {
    /// The newest first.
    let cuts: [Cut]
    /// For a column with the site's name, on a page of one user; nil for one with the user's, on a page of one site.
    let sites: [Site]?
    let now: Date
    let isLive: Bool

    var html: HTML {
        let content: HTML = cuts.isEmpty ? "<p>No connection was cut in the last 90 days.</p>" : table.html
        return Live(id: "cuts", isLive: isLive, Card("Recently cut", id: "recently-cut", content).html).html
    }

    private var table: DataTable {
        DataTable(
            "Recently cut",
            columns: [
                .init(sites == nil ? "User" : "Site"), .init("Device"), .init("When"), .init("Why"),
                .init("Gateways"),
            ],
            rows: cuts.map(row),
            captionIsUnseen: true
        )
    }

    private func row(_ cut: Cut) -> [HTML] {
        let subject: HTML =
            if let sites {
                "\(isolated: sites.first { $0.id == cut.connection.site }?.name ?? "A removed site")"
            } else {
                Link(cut.login, to: "/users/\(cut.connection.user)").html
            }
        return [
            subject, "\(isolated: cut.device)", TimeText(cut.closedAt, now: now).html,
            "<span class=\"wrap\">\(isolated: cut.because)</span>",
            "<span class=\"wrap\">\(cut.sentence(at: now))</span>",
        ]
    }
}

extension Cut {
    /// "Cut on 2 of 2 gateways after 400 ms.", or who has not answered and until when it may let the device in.
    func sentence(at now: Date) -> HTML {
        guard !gateways.isEmpty else { return "There was no gateway." }
        let answered = gateways.count { $0.acknowledgedAt != nil }
        let after = lastAcknowledgedAt.map { last in
            " after " + TimeText.duration(milliseconds: Int((last.timeIntervalSince(closedAt) * 1000).rounded()))
        }
        let all = gateways.count == 1 ? "1 gateway" : "\(gateways.count) gateways"
        let cut = "Cut on \(answered) of \(all)\(after ?? "")."
        let silent = gateways.filter { $0.acknowledgedAt == nil }.map(\.name)
        guard !silent.isEmpty else { return "\(cut)" }
        let names = silent.joined(separator: ", ")
        let end = TimeText(leaseEndsAt, now: now)
        guard leaseEndsAt > now else { return "\(cut) \(isolated: names) did not answer; the lease ended \(end)." }
        return """
            \(cut) \(isolated: names) \(silent.count == 1 ? "has" : "have") not answered: the lease ends \(end).
            """
    }
}
