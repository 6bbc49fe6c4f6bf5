import Directory
import Storage
import WebUI

import struct Foundation.Date

/// The connections that were closed last: why, and when each gateway said that it lets them in no more.
struct RecentCutsCard: Component {
    /// The newest first.
    let cuts: [Cut]
    /// What the first column names.
    let subject: Subject
    let now: Date
    let isLive: Bool

    enum Subject: String {
        /// On a page of one site.
        case user = "User"
        /// On a page of one user.
        case site = "Site"
    }

    var html: HTML {
        let content: HTML = cuts.isEmpty ? "<p>No connection was cut in the last 90 days.</p>" : table.html
        return Live(id: "cuts", isLive: isLive, Card("Recently cut", id: "recently-cut", content).html).html
    }

    private var table: DataTable {
        DataTable(
            "Recently cut",
            columns: [
                .init(subject.rawValue), .init("Device"), .init("When"), .init("Why"),
                .init("Gateways"),
            ],
            rows: cuts.map(row),
            captionIsUnseen: true
        )
    }

    private func row(_ cut: Cut) -> [HTML] {
        let name: HTML =
            switch subject {
            case .site: "\(isolated: cut.site)\(cut.isSiteRemoved ? " (removed)" : "")"
            case .user: Link(cut.login, to: "/users/\(cut.connection.user)").html
            }
        return [
            name, "\(isolated: cut.device)", TimeText(cut.closedAt, now: now).html,
            "<span class=\"wrap\">\(isolated: cut.because)</span>",
            "<span class=\"wrap\">\(cut.sentence(at: now))</span>",
        ]
    }
}

extension Cut {
    /// "Cut on 2 of 2 gateways after 400 ms.", or who has not answered and until when it may let the device in. A machine that is a
    /// gateway no longer is cut off when its lease is over; of one that still is, only an answer says so.
    func sentence(at now: Date) -> HTML {
        guard !gateways.isEmpty else { return "There was no gateway." }
        let silent = gateways.filter { $0.acknowledgedAt == nil }
        let waiting = silent.filter { $0.leaseEndsAt > now }
        let over = silent.filter { $0.leaseEndsAt <= now }
        let byLease = over.filter { $0.end != nil }
        let cut = gateways.count - silent.count + byLease.count
        let all = gateways.count == 1 ? "1 gateway" : "\(gateways.count) gateways"
        let after = lastAcknowledgedAt.map { last in
            " after " + TimeText.duration(milliseconds: Int((last.timeIntervalSince(closedAt) * 1000).rounded()))
        }
        let leases = byLease.map { gateway -> HTML in
            ", on \(isolated: gateway.title) by its lease \(TimeText(gateway.leaseEndsAt, now: now))"
        }
        return """
            Cut on \(cut) of \(all)\(after ?? "")\(leases).\
            \(Self.sentence(over.filter { $0.end == nil }, "did not answer; the lease ended", now))\
            \(Self.sentence(waiting, "\(waiting.count == 1 ? "has" : "have") not answered: the lease ends", now))
            """
    }

    private static func sentence(_ silent: [Gateway], _ words: String, _ now: Date) -> HTML {
        guard let end = silent.map(\.leaseEndsAt).max() else { return .empty }
        return " \(isolated: silent.map(\.title).joined(separator: ", ")) \(words) \(TimeText(end, now: now))."
    }
}
