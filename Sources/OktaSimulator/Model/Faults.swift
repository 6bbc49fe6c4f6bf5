import Synchronization

extension Org {
    /// The faults of one org; none at the start.
    public final class Faults: Sendable {
        /// A fault, and how often requests met it.
        struct Counted: Sendable {
            let id: Int
            let fault: Fault
            /// Requests to its path since it was made.
            var seen = 0
            /// Those that went wrong.
            var hits = 0
        }

        private struct Kept {
            var faults: [Counted] = []
            var lastID = 0
        }

        /// How many of the org's groups the request that is being answered may see; nil for all.
        @TaskLocal static var keptGroups: Int?

        private let kept = Mutex(Kept())
        private let hidden = Mutex<Set<Group.ID>>([])

        /// Groups that the list of groups leaves out, though they are there.
        public var hiddenGroups: Set<Group.ID> {
            get { hidden.withLock { $0 } }
            set { hidden.withLock { $0 = newValue } }
        }

        var all: [Counted] { kept.withLock { $0.faults } }

        @discardableResult
        public func add(_ fault: Fault) -> Int {
            kept.withLock { kept in
                kept.lastID += 1
                kept.faults.append(Counted(id: kept.lastID, fault: fault))
                return kept.lastID
            }
        }

        public func clear() {
            kept.withLock { $0.faults.removeAll() }
            hiddenGroups = []
        }

        /// False where there is no such fault.
        func remove(_ id: Int) -> Bool {
            kept.withLock { kept in
                let count = kept.faults.count
                kept.faults.removeAll { $0.id == id }
                return kept.faults.count < count
            }
        }

        /// The first fault that strikes a request; counts the request at each that is made for it.
        func next(_ method: String, _ path: String) -> Fault.Answer? {
            kept.withLock { kept in
                var answer: Fault.Answer?
                for index in kept.faults.indices where kept.faults[index].fault.strikes(method, path) {
                    kept.faults[index].seen += 1
                    let fault = kept.faults[index].fault
                    if answer == nil, fault.requests.contains(kept.faults[index].seen) {
                        answer = fault.answer
                        kept.faults[index].hits += 1
                    }
                }
                return answer
            }
        }
    }
}
