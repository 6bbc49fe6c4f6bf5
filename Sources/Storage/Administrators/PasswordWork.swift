import NIOPosix
import Synchronization

/// The threads on which passwords are derived, away from those that serve requests.
///
/// One attempt takes 137 MB, so the whole process does two at a time, and lets at most eight wait: a hundred sign-ins at
/// a time must not exhaust the memory. That is a limit of the process, whatever stores are open in it, and why this is
/// shared.
enum PasswordWork {
    static let atATime = 2
    static let mostWaiting = 8
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: atATime)
        pool.start()
        return pool
    }()
    private static let underWay = Mutex(0)

    /// Takes one of the places, which ``leave()`` gives back; ``hash(_:)`` and ``verify(_:against:)`` are for who has one.
    ///
    /// Throws ``StoreError/busy(retryAfter:)`` where there is none.
    static func enter() throws(StoreError) {
        let isFull = underWay.withLock { count in
            if count >= atATime + mostWaiting { return true }
            count += 1
            return false
        }
        if isFull { throw .busy(retryAfter: 2) }
    }

    static func leave() {
        underWay.withLock { $0 -= 1 }
    }

    /// Derives the hash of a new password.
    static func hash(_ password: String) async throws(StoreError) -> PasswordHash {
        try await run { try PasswordHash(of: password) }
    }

    /// Whether the password is the one that was hashed. Without a hash the same work is done, and the answer is no.
    static func verify(_ password: String, against hash: PasswordHash?) async throws(StoreError) -> Bool {
        try await run {
            guard let hash else {
                _ = try PasswordHash(of: password)
                return false
            }
            return try hash.isOf(password)
        }
    }

    private static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws(StoreError) -> T {
        do {
            return try await threads.runIfActive(body)
        } catch {
            throw .unavailable(String(describing: error))
        }
    }
}
