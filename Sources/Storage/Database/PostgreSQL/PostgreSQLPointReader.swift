import NIOPosix
import Synchronization

/// Statements that read a row or two by a key, from everyone who asks at the moment, on one connection.
///
/// What comes while the server is at work goes out together afterwards: it is then woken once for all of them, and so is the
/// thread that waits. To wake the two takes longer than to run such a statement.
final class PostgreSQLPointReader: Sendable {
    private struct Question {
        let sql: SQL
        let answer: CheckedContinuation<Result<Row?, StoreError>, Never>
    }

    private struct Waiting {
        var questions: [Question] = []
        /// Whether a thread is about to take them, or is at work and will look again.
        var isTaken = false
    }

    /// Few enough that neither side's buffer fills while the other is still sending.
    private static let mostAtOnce = 64

    private let pool: PostgreSQLPool
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let waiting = Mutex(Waiting())

    init(pool: PostgreSQLPool) {
        self.pool = pool
        thread.start()
    }

    /// The first row of one statement.
    func row(_ sql: SQL) async throws(StoreError) -> Row? {
        try await withCheckedContinuation { (answer: CheckedContinuation<Result<Row?, StoreError>, Never>) in
            let mustWake = waiting.withLock { waiting in
                waiting.questions.append(Question(sql: sql, answer: answer))
                defer { waiting.isTaken = true }
                return !waiting.isTaken
            }
            guard mustWake else { return }
            thread.submit { state in
                if case .active = state { self.work() } else { self.refuse() }
            }
        }.get()
    }

    /// What is still asked is answered with an error.
    func close() async {
        try? await thread.shutdownGracefully()
    }

    private func work() {
        while let questions = take() {
            for (question, result) in zip(questions, results(questions.map(\.sql))) {
                question.answer.resume(returning: result)
            }
        }
    }

    /// Those that are asked next; nil, and no longer at work, where there are none.
    private func take() -> [Question]? {
        waiting.withLock { waiting in
            waiting.isTaken = !waiting.questions.isEmpty
            guard waiting.isTaken else { return nil }
            let taken = Array(waiting.questions.prefix(Self.mostAtOnce))
            waiting.questions.removeFirst(taken.count)
            return taken
        }
    }

    private func refuse() {
        while let questions = take() {
            for question in questions {
                question.answer.resume(returning: .failure(.unavailable("the store is closed")))
            }
        }
    }

    /// One that fails among others is run once more by itself, on a connection that works: its failure is then its own.
    private func results(_ statements: [SQL]) -> [Result<Row?, StoreError>] {
        let together = statements.count > 1 ? pool.withFreeConnection { $0.rows(statements) } : nil
        return statements.enumerated().map { place, statement in
            if let found = together?[place] { return .success(found.row) }
            return Result { () throws(StoreError) in
                try pool.withConnection { (connection) throws(StoreError) in
                    try PostgreSQLTransaction(connection: connection).row(statement)
                }
            }
        }
    }
}
