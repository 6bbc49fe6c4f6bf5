import Foundation
import SignIn

/// Notices a source that asks for many different addresses.
///
/// Of an address only a hash under a key of this process is kept, and for an hour. What is counted is this server's, and
/// forgotten when it restarts. People behind one address (an office, a proxy) are one source: more than ``most`` of them who sign in
/// for the first time within an hour are noticed too.
actor Enumerations {
    /// Different addresses in an hour that are nothing to tell of.
    static let most = 50

    private struct Asked {
        let since: ContinuousClock.Instant
        var addresses: Set<Int> = []
        var isTold = false
    }

    private var sources = SourceTable<Asked>()
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.now = now
    }

    /// Counts the address, and says whether the source has just asked for one too many in this hour.
    func isNews(_ email: String, from source: String) -> Bool {
        let time = now()
        let key = sources.key(for: source) { time - $0.since >= .seconds(3600) }
        var asked = sources[key] ?? Asked(since: time)
        if time - asked.since >= .seconds(3600) { asked = Asked(since: time) }
        if !asked.isTold { asked.addresses.insert(Self.hash(email)) }
        let isNews = !asked.isTold && asked.addresses.count > Self.most
        if isNews {
            asked.isTold = true
            asked.addresses = []
        }
        sources[key] = asked
        return isNews
    }

    /// The same for an address in any case and normal form, with or without spaces around it.
    private static func hash(_ email: String) -> Int {
        email.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
            .precomposedStringWithCanonicalMapping.hashValue
    }
}
