import Foundation
import Synchronization

/// How many requests a minute the org answers, by bucket. A window begins with its first request and lasts 60 seconds.
final class RateLimits: Sendable {
    /// What the three headers say after a request.
    struct Standing: Sendable {
        let limit: Int
        let remaining: Int
        /// Seconds since 1970, rounded up.
        let reset: Int
        let isExceeded: Bool
    }

    private struct Window {
        let start: Date
        var used = 0
    }

    private let percent: Int
    private let windows = Mutex<[Bucket: Window]>([:])

    /// - Parameter percent: of the limits of a Workforce org; 0 lifts them.
    init(percent: Int) { self.percent = percent }

    func count(_ bucket: Bucket, at now: Date) -> Standing {
        let limit = percent > 0 ? max(1, bucket.perMinute * percent / 100) : 1_000_000
        return windows.withLock { windows in
            var window = windows[bucket] ?? Window(start: now)
            if now.timeIntervalSince(window.start) >= 60 { window = Window(start: now) }
            window.used += 1
            windows[bucket] = window
            return Standing(
                limit: limit,
                remaining: max(0, limit - window.used),
                reset: Int((window.start.timeIntervalSince1970 + 60).rounded(.up)),
                isExceeded: window.used > limit
            )
        }
    }

    /// The endpoints that share one limit.
    enum Bucket: Hashable, Sendable {
        case users
        case user
        case changeUser
        case groups
        case group
        case apps
        case app
        case other
        case oauth

        /// Okta's limit for a Workforce org, as last published.
        var perMinute: Int {
            switch self {
            case .users, .changeUser: 600
            case .user: 2_000
            case .groups: 500
            case .group: 1_000
            case .apps: 100
            case .app: 500
            case .other: 1_200
            case .oauth: 2_000
            }
        }

        init(method: String, path: String) {
            let parts = path.split(separator: "/").dropFirst(2)
            if path.hasPrefix("/oauth2/") {
                self = .oauth
                return
            }
            switch (parts.first, parts.count) {
            case ("users", 2): self = method == "GET" ? .user : .changeUser
            case ("users", _): self = .users
            case ("groups", 2): self = .group
            case ("groups", _): self = .groups
            case ("apps", 2): self = .app
            case ("apps", _): self = .apps
            default: self = .other
            }
        }
    }
}
