import Foundation

/// What the token endpoint gives (RFC 6749 §5.1), with the time at which the access token ends.
struct SavedTokens: Equatable, Sendable {
    let access: String
    /// Good once, for the next two; nil where the server gave none.
    let refresh: String?
    /// nil where the server did not say: then it is good until it is refused.
    let accessExpiresAt: Date?

    /// Whether less than a minute is left, or this machine's clock says so.
    func isRunningOut(at now: Date) -> Bool {
        refresh != nil && accessExpiresAt.map { $0.timeIntervalSince(now) < 60 } ?? false
    }
}
