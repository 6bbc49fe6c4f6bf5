import Synchronization

/// What has been delivered before, as far as it is remembered: Okta may deliver an event twice, and in any order.
///
/// It is kept in the memory of one server. What is forgotten, or comes to another server, is read once more, which changes
/// nothing.
final class Delivered: Sendable {
    private struct Memory {
        var known: Set<String> = []
        /// In the order in which they came; a ring once it is full.
        var order: [String] = []
        var oldest = 0
    }

    private let capacity: Int
    private let memory = Mutex(Memory())

    init(capacity: Int = 10_000) {
        self.capacity = max(1, capacity)
    }

    /// Remembers the id; false where it was known.
    func insert(_ id: String) -> Bool {
        memory.withLock { memory in
            guard memory.known.insert(id).inserted else { return false }
            if memory.order.count < capacity {
                memory.order.append(id)
            } else {
                memory.known.remove(memory.order[memory.oldest])
                memory.order[memory.oldest] = id
                memory.oldest = (memory.oldest + 1) % capacity
            }
            return true
        }
    }
}
