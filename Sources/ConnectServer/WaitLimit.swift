import Directory
import HTTPTypes
import SignIn
import Synchronization

/// How many requests of one user may wait at a time.
final class WaitLimit: Sendable {
    static let most = 10

    private let waiting = Mutex<[User.ID: Int]>([:])

    /// To be ended with ``end(_:)``.
    ///
    /// - Throws: 429 where as many wait already.
    func begin(_ user: User.ID) throws(SignIn.Problem) {
        let isWithin = waiting.withLock { waiting in
            guard waiting[user, default: 0] < Self.most else { return false }
            waiting[user, default: 0] += 1
            return true
        }
        guard !isWithin else { return }
        throw SignIn.Problem(
            .tooManyRequests,
            "Too many requests of yours wait already.",
            detail: "Close Timus Connect where you do not use it.",
            retryAfter: 10
        )
    }

    func end(_ user: User.ID) {
        waiting.withLock { waiting in
            let left = waiting[user, default: 1] - 1
            waiting[user] = left > 0 ? left : nil
        }
    }
}
