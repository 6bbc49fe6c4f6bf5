import Foundation
import NIOHTTP1

/// The provider's keys by their ids.
///
/// They are read anew when they grow old, and when a token names a key that is not there: providers change keys without
/// notice. After that the next reading for an unknown key waits half a minute, so that made-up names cost nothing.
/// While the provider is down, the keys it last gave stay good for a day.
actor KeySet {
    /// At least that long between two readings.
    private static let coolDown: TimeInterval = 30

    private let fetch: Fetch
    private let now: @Sendable () -> Date
    private var keys: [String: VerificationKey] = [:]
    private var readAt = Date.distantPast
    private var triedAt = Date.distantPast
    private var lifetime: TimeInterval = 0
    private var reading: Task<OIDCError?, Never>?

    init(fetch: Fetch, now: @escaping @Sendable () -> Date) {
        self.fetch = fetch
        self.now = now
    }

    /// The key of that id; throws when there is none, or when none could be read at all.
    ///
    /// - Parameter endpoint: where the keys are, from the provider's metadata.
    func key(_ kid: String, at endpoint: String) async throws(OIDCError) -> VerificationKey {
        let isFresh = now().timeIntervalSince(readAt) < lifetime
        if isFresh, let key = keys[kid] { return key }
        if keys.isEmpty || reading != nil || now().timeIntervalSince(triedAt) >= Self.coolDown {
            if let error = await refresh(from: endpoint), keys.isEmpty { throw error }
        }
        guard now().timeIntervalSince(readAt) < 86_400, let key = keys[kid] else { throw .tokenRefused(.unknownKey) }
        return key
    }

    /// Reads the keys, or waits for a reading that is under way.
    private func refresh(from endpoint: String) async -> OIDCError? {
        let reading = self.reading ?? Task { await read(from: endpoint) }
        self.reading = reading
        return await reading.value
    }

    private func read(from endpoint: String) async -> OIDCError? {
        defer { reading = nil }
        triedAt = now()
        let host = URL(string: endpoint)?.host() ?? "Okta"
        do throws(OIDCError) {
            let answer = try await fetch.get(endpoint, upTo: 128 << 10)
            guard answer.status == 200 else { throw .providerUnavailable(host: host, status: answer.status) }
            guard let keys = await VerificationKey.read(answer.body), !keys.isEmpty else {
                throw .notProvider(host: host, cause: "no usable keys")
            }
            self.keys = keys
            readAt = now()
            lifetime = Self.lifetime(answer.headers.first(name: "Cache-Control"))
            return nil
        } catch {
            return error
        }
    }

    /// `max-age`, but no less than five minutes and no more than a day.
    static func lifetime(_ cacheControl: String?) -> TimeInterval {
        let seconds = (cacheControl ?? "").lowercased().split(separator: ",").compactMap { directive -> Double? in
            let text = directive.filter { $0 != " " }
            return text.hasPrefix("max-age=") ? Double(text.dropFirst("max-age=".count)) : nil
        }
        return min(max(seconds.first ?? 0, 300), 86_400)
    }
}
