public import Foundation
import Synchronization

extension Org {
    /// A request that the org answered.
    public struct AnsweredRequest: Sendable {
        public let method: String
        public let path: String
        public let query: String?
        public let status: Int
        public let at: Date
    }

    /// What was asked of the org, for tests that count. Keeps the last 100,000 requests.
    public final class RequestLog: Sendable {
        private let answered = Mutex<[AnsweredRequest]>([])

        public var all: [AnsweredRequest] { answered.withLock { $0 } }

        /// How many requests had a path that begins so; all for the empty prefix.
        public func count(of pathPrefix: String = "") -> Int {
            answered.withLock { requests in requests.count { $0.path.hasPrefix(pathPrefix) } }
        }

        public func clear() { answered.withLock { $0.removeAll() } }

        func note(_ request: AnsweredRequest) {
            answered.withLock { requests in
                if requests.count >= 100_000 { requests.removeFirst(50_000) }
                requests.append(request)
            }
        }
    }
}
