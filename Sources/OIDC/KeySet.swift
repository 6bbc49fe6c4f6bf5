import Foundation
import NIOHTTP1

/// The provider's keys, as they were last read.
///
/// They are read anew when they grow old, and when a token names a key that is not there: providers change keys without
/// notice. After that the next reading for an unknown key waits half a minute, so that made-up names cost nothing.
/// While the provider is down, the keys it last gave stay good for a day.
actor KeySet {
    /// At least that long between two readings for keys that are not there.
    private static let coolDown: TimeInterval = 30

    private let fetch: Fetch
    private let now: @Sendable () -> Date
    private var keys = VerificationKeys.none
    private var readAt = Date.distantPast
    /// When the last reading began that an unknown key asked for, or when one failed.
    private var pausedAt = Date.distantPast
    private var lifetime: TimeInterval = 0
    private var reading: Task<OIDCError?, Never>?

    init(fetch: Fetch, now: @escaping @Sendable () -> Date) {
        self.fetch = fetch
        self.now = now
    }

    /// The key that a token's header means; throws when there is none, or when none could be read at all.
    ///
    /// - Parameter endpoint: where the keys are, from the provider's metadata.
    func key(for header: TokenHeader, at endpoint: String) async throws(OIDCError) -> VerificationKey {
        let isFresh = now().timeIntervalSince(readAt) < lifetime
        if isFresh, let key = keys.key(for: header) { return key }
        if readAt == .distantPast || reading != nil || now().timeIntervalSince(pausedAt) >= Self.coolDown {
            if isFresh { pausedAt = now() }
            if let error = await reread(from: endpoint), readAt == .distantPast { throw error }
        }
        guard now().timeIntervalSince(readAt) < 86_400, let key = keys.key(for: header) else {
            throw .tokenRefused(.key)
        }
        return key
    }

    /// Reads the keys now, whatever was read before: a key that the provider took back is good no longer.
    func refresh(from endpoint: String) async throws(OIDCError) {
        if let error = await reread(from: endpoint) { throw error }
    }

    /// Reads the keys, or waits for a reading that is under way.
    private func reread(from endpoint: String) async -> OIDCError? {
        let reading = self.reading ?? Task { await read(from: endpoint) }
        self.reading = reading
        return await reading.value
    }

    private func read(from endpoint: String) async -> OIDCError? {
        defer { reading = nil }
        let host = URL(string: endpoint)?.host() ?? "Okta"
        do throws(OIDCError) {
            let answer = try await fetch.get(endpoint, upTo: 128 << 10)
            guard answer.status == 200 else { throw .providerUnavailable(host: host, status: answer.status) }
            guard let keys = await VerificationKeys.read(answer.body) else {
                throw .notProvider(host: host, cause: "no key set")
            }
            // Also where the set is empty: keys that are in it no longer were taken back.
            self.keys = keys
            readAt = now()
            lifetime = Self.lifetime(answer.headers.first(name: "Cache-Control"))
            guard !keys.isEmpty else { throw .notProvider(host: host, cause: "no usable keys") }
            return nil
        } catch {
            pausedAt = now()
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
