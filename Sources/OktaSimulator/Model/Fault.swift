extension Org {
    /// Something that goes wrong on purpose, so that a client's answer to it can be tested.
    public struct Fault: Sendable {
        public enum Answer: Sendable {
            /// Another status and body than the true ones.
            case status(Int, body: String = "", contentType: String = "application/json")
            /// The status with Okta's body for an error of this code.
            case failure(Int, code: String)
            /// 429, with the limit free again after the seconds.
            case rateLimited(resetInSeconds: Int, headers: RateHeaders = .normal)
            /// 429, as for too many requests at the same time.
            case tooManyAtOnce(resetInSeconds: Int = 60)
            /// A page for people, as a proxy or a captive portal sends.
            case html(status: Int = 200)
            /// The true answer, late.
            case delay(Duration)
            /// Nothing until the client leaves, at most two minutes.
            case hang
            /// The connection ends in the middle of the true answer.
            case cutOff
            /// The first half of the true answer, as if it were the whole.
            case truncated
            /// 200 with an empty list.
            case emptyList
            /// The true page without the link to the next one.
            case nextMissing
            /// The page's link to the next one leads to itself.
            case nextLoop
            /// The link to the next page leads elsewhere.
            case nextForeign(String)
            /// The true answer, after a change of the org.
            case changed(Change)
            /// 401 E0000011, as for a revoked token.
            case tokenRejected
            /// 403 E0000006, as for a token whose owner lost the role.
            case tokenForbidden
            /// The true answer to a token that sees only the org's first groups, `Everyone` among them.
            case tokenNarrowed(keepGroups: Int)
        }

        /// What the three headers of a 429 say.
        public enum RateHeaders: String, Sendable {
            case normal
            /// There are none.
            case missing
            /// Words instead of numbers.
            case garbage
            /// A reset in the past.
            case past
            /// A reset in a year.
            case far
        }

        /// Which paths go wrong.
        enum Place: Sendable {
            case prefix(String)
            case pattern(PathPattern)
        }

        public let answer: Answer
        let place: Place
        /// Nil for all.
        let method: String?
        /// Which of the requests to the path go wrong, counted from 1 when the fault was made.
        public let requests: ClosedRange<Int>

        public init(_ answer: Answer, at pathPrefix: String, requests: ClosedRange<Int> = 1...Int.max) {
            self.answer = answer
            place = .prefix(pathPrefix)
            method = nil
            self.requests = requests
        }

        public init(_ answer: Answer, at pathPrefix: String, request: Int) {
            self.init(answer, at: pathPrefix, requests: request...request)
        }

        /// - Parameters:
        ///   - skip: how many requests are let through first.
        ///   - count: how many go wrong then; nil for all.
        public init(
            _ answer: Answer,
            matching pattern: PathPattern,
            method: String? = nil,
            skip: Int = 0,
            count: Int? = 1
        ) {
            self.answer = answer
            place = .pattern(pattern)
            self.method = method
            let last = count.map { skip.addingReportingOverflow($0) }
            requests = (skip + 1)...max(skip + 1, last.map { $0.overflow ? .max : $0.partialValue } ?? .max)
        }

        func strikes(_ method: String, _ path: String) -> Bool {
            guard self.method == nil || self.method == method else { return false }
            return switch place {
            case .prefix(let prefix): path.hasPrefix(prefix)
            case .pattern(let pattern): pattern.matches(path)
            }
        }

        var path: String {
            switch place {
            case .prefix(let prefix): prefix
            case .pattern(let pattern): pattern.description
            }
        }
    }
}
