import Directory
import Storage
import WebUI

import struct Foundation.Date

/// *Access history* of one user: when access came and went by what Okta said, and through which synchronization.
struct AccessHistory: Component {
    private static let mostRows = 100

    /// The newest first.
    let entries: [AccessHistoryEntry]
    let now: Date

    var html: HTML {
        Card("Access history", note: "<span class=\"soft\">of the last 90 days</span>", id: "access-history", content)
            .html
    }

    private var content: HTML {
        guard !entries.isEmpty else { return "<p>Nothing has changed in Okta for this user.</p>" }
        let table = DataTable(
            "Access history",
            columns: [.init("When"), .init("What"), .init("Access"), .init("Through")],
            rows: entries.prefix(Self.mostRows).map(row),
            captionIsUnseen: true
        )
        guard entries.count > Self.mostRows else { return table.html }
        return "\(table)<p class=\"soft small\">The latest \(Self.mostRows) of \(Counts.grouped(entries.count)).</p>"
    }

    private func row(_ entry: AccessHistoryEntry) -> [HTML] {
        [
            TimeText(entry.at, now: now).html,
            "<span class=\"wrap\">\(entry.sentence)</span>",
            entry.badge.html,
            // Without one an administrator did it here, by the choice of groups; Events says who.
            entry.run.map { Link("Synchronization", to: OktaPath.run($0)).html } ?? "–",
        ]
    }
}

extension AccessHistoryEntry {
    fileprivate var sentence: HTML {
        switch act {
        case .joined(let group): "Joined \(isolated: group)"
        case .left(let group): "Left \(isolated: group)"
        case .status(let before, let now): "Status in Okta: <span class=\"mono\">\(before) → \(now)</span>"
        }
    }

    /// What it meant for what the user may reach.
    fileprivate var badge: Badge {
        switch act {
        case .joined: Badge("Through this group", .positive)
        case .left: Badge("Not through this group", .neutral)
        case .status(let before, let now):
            switch (before.keepsAccess, now.keepsAccess) {
            case (true, false): Badge("Ended", .negative)
            case (false, true): Badge("Came back", .positive)
            default: Badge("Unchanged", .neutral)
            }
        }
    }
}
