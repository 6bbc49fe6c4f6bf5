import Storage
import WebUI

import struct Foundation.Date

extension Gateway {
    /// Seconds after which one that was not heard of is taken for gone: it is heard of every few, which is written down
    /// every 20.
    private static let silence = 75.0

    func isOnline(at now: Date) -> Bool {
        isEnrolled && lastSeenAt.map { now.timeIntervalSince($0) < Self.silence } ?? false
    }

    /// How it does, in a word and a time.
    ///
    /// - Parameter revision: The site's: which one this gateway has acknowledged tells whether it lets in those whom it should.
    func standing(at now: Date, revision: Int64) -> HTML {
        "<span class=\"wrap\">\(words(at: now, revision: revision))</span>"
    }

    private func words(at now: Date, revision: Int64) -> HTML {
        guard isEnrolled else {
            guard let codeExpiresAt, codeExpiresAt > now else {
                return "\(Badge("Code ran out", .warning)) <span class=\"soft\">Give it a new one.</span>"
            }
            return """
                \(Badge("Not enrolled", .info)) <span class="soft">Its code ends \(TimeText(codeExpiresAt, now: now)).</span>
                """
        }
        guard let lastSeenAt else { return Badge("Never seen", .warning).html }
        guard isOnline(at: now) else {
            return "\(Badge("Offline", .negative)) <span class=\"soft\">Seen \(TimeText(lastSeenAt, now: now)).</span>"
        }
        guard acknowledgedRevision >= revision else {
            return "\(Badge("Online", .positive)) <span class=\"soft\">Has not confirmed the latest change.</span>"
        }
        return "\(Badge("Online", .positive)) <span class=\"soft\">Up to date.</span>"
    }

    /// What runs there: "0.1.0, kernel"; nil until it reports.
    var program: String? {
        let parts = [version, implementation].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
