import Synchronization

extension Org {
    /// Something that goes wrong on purpose, so that a client's answer to it can be tested.
    public struct Fault: Sendable {
        public enum Answer: Sendable {
            /// Another status and body than the true ones.
            case status(Int, body: String = "", contentType: String = "application/json")
            /// 429, with the limit free again after the seconds.
            case rateLimited(resetInSeconds: Int)
            /// A page for people, as a proxy or a captive portal sends.
            case html(status: Int = 200)
            /// The true answer, late.
            case delay(Duration)
            /// 200 with an empty list.
            case emptyList
            /// 401 E0000011, as for a revoked token.
            case tokenRejected
            /// The connection ends in the middle of the answer.
            case cutOff
        }

        public let answer: Answer
        public let pathPrefix: String
        /// Which of the requests to the path go wrong, counted from 1 when the fault was made.
        public let requests: ClosedRange<Int>

        public init(_ answer: Answer, at pathPrefix: String, requests: ClosedRange<Int> = 1...Int.max) {
            self.answer = answer
            self.pathPrefix = pathPrefix
            self.requests = requests
        }

        public init(_ answer: Answer, at pathPrefix: String, request: Int) {
            self.init(answer, at: pathPrefix, requests: request...request)
        }
    }

    /// The faults of one org; none at the start.
    public final class Faults: Sendable {
        private struct Counted {
            let fault: Fault
            var seen = 0
        }

        private let all = Mutex<[Counted]>([])
        private let hidden = Mutex<Set<Group.ID>>([])

        /// Groups that the list of groups leaves out, though they are there.
        public var hiddenGroups: Set<Group.ID> {
            get { hidden.withLock { $0 } }
            set { hidden.withLock { $0 = newValue } }
        }

        public func add(_ fault: Fault) { all.withLock { $0.append(Counted(fault: fault)) } }

        public func clear() {
            all.withLock { $0.removeAll() }
            hiddenGroups = []
        }

        /// The first fault that strikes a request to the path; counts the request.
        func next(for path: String) -> Fault.Answer? {
            all.withLock { faults in
                var answer: Fault.Answer?
                for index in faults.indices where path.hasPrefix(faults[index].fault.pathPrefix) {
                    faults[index].seen += 1
                    if answer == nil, faults[index].fault.requests.contains(faults[index].seen) {
                        answer = faults[index].fault.answer
                    }
                }
                return answer
            }
        }
    }
}
