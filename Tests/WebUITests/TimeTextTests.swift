import Foundation
import Testing

@testable import WebUI

@Suite struct `A time is said as people say it` {
    /// 2025-11-03 14:30:40 UTC.
    private let now = Date(timeIntervalSince1970: 1_762_180_240)

    @Test(arguments: [
        (0, "just now"), (9, "just now"), (-9, "just now"), (10, "10 seconds ago"), (59, "59 seconds ago"),
        (60, "1 minute ago"), (240, "4 minutes ago"), (3599, "59 minutes ago"), (3600, "1 hour ago"),
        (86399, "23 hours ago"), (86400, "1 day ago"), (6 * 86400, "6 days ago"), (7 * 86400, "27 October 2025"),
        (-7200, "in 2 hours"),
    ])
    func `from now`(secondsAgo: Int, expected: String) {
        let date = now.addingTimeInterval(TimeInterval(-secondsAgo))

        #expect(TimeText.relative(date, now: now) == expected)
    }

    @Test func `with the exact one at hand`() {
        let html = TimeText(now.addingTimeInterval(-240), now: now).html.text

        #expect(html.contains("datetime=\"2025-11-03T14:26:40Z\""))
        #expect(html.contains("title=\"2025-11-03 14:26:40 UTC\""))
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00:00 UTC"), (-1, "1969-12-31 23:59:59 UTC"), (951_782_400, "2000-02-29 00:00:00 UTC"),
        (1_709_251_199, "2024-02-29 23:59:59 UTC"), (4_107_542_400, "2100-03-01 00:00:00 UTC"),
    ])
    func `by the calendar`(seconds: Int, expected: String) {
        #expect(TimeText.exact(Date(timeIntervalSince1970: TimeInterval(seconds))) == expected)
    }

    @Test(arguments: [
        (0, "0 ms"), (999, "999 ms"), (1400, "1.4 s"), (12_999, "12 s"), (185_000, "3 min 5 s"),
    ])
    func `as a duration`(milliseconds: Int, expected: String) {
        #expect(TimeText.duration(milliseconds: milliseconds) == expected)
    }
}
