public import Foundation
import Synchronization

extension Org {
    /// A request that the org answered, to the management API or to the authorization server.
    public struct AnsweredRequest: Sendable {
        public let method: String
        public let path: String
        public let query: String?
        public let status: Int
        public let at: Date
        let bucket: RateBucket
    }

    /// What was asked of the org, for tests that count. Keeps the last 10,000 requests, and counts all.
    public final class RequestLog: Sendable {
        /// All requests since the counting began.
        struct Counts: Sendable {
            var total = 0
            var byBucket: [RateBucket: Int] = [:]
            /// Those that were answered 429.
            var refused = 0
        }

        private struct Kept {
            var answered: [AnsweredRequest] = []
            var counts = Counts()
        }

        private let kept = Mutex(Kept())

        public var all: [AnsweredRequest] { kept.withLock { $0.answered } }

        var counts: Counts { kept.withLock { $0.counts } }

        /// How many of the kept requests had a path that begins so; all for the empty prefix.
        public func count(of pathPrefix: String = "") -> Int {
            kept.withLock { kept in kept.answered.count { $0.path.hasPrefix(pathPrefix) } }
        }

        public func clear() { kept.withLock { $0 = Kept() } }

        func note(_ request: AnsweredRequest) {
            kept.withLock { kept in
                kept.counts.total += 1
                kept.counts.byBucket[request.bucket, default: 0] += 1
                if request.status == 429 { kept.counts.refused += 1 }
                if kept.answered.count >= 20_000 { kept.answered.removeFirst(10_000) }
                kept.answered.append(request)
            }
        }
    }
}
