import Foundation

/// How Okta's API writes times: `2026-11-25T20:00:00.000Z`.
enum OktaTime {
    static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
