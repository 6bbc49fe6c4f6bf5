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
        var isClosed = false
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
        waiting.withLock { $0.isClosed = true }
        try? await thread.shutdownGracefully()
    }

    private func work() {
        while !waiting.withLock(\.isClosed), let questions = take(atMost: Self.mostAtOnce) { answer(questions) }
        if waiting.withLock(\.isClosed) { refuse() }
    }

    private func refuse() {
        refuse(with: .unavailable("the store is closed"))
    }

    /// All that is asked at the moment.
    private func refuse(with error: StoreError) {
        while let questions = take(atMost: .max) {
            for question in questions { question.answer.resume(returning: .failure(error)) }
        }
    }

    /// Those that are asked next; nil, and no longer at work, where there are none.
    private func take(atMost most: Int) -> [Question]? {
        waiting.withLock { waiting in
            waiting.isTaken = !waiting.questions.isEmpty
            guard waiting.isTaken else { return nil }
            let taken = Array(waiting.questions.prefix(most))
            waiting.questions.removeFirst(taken.count)
            return taken
        }
    }

    /// One that fails among others is run once more by itself, on a connection that works: its failure is then its own. Where the server
    /// cannot be reached, nobody waits for more than one attempt to.
    private func answer(_ questions: [Question]) {
        var alone = questions
        do throws(StoreError) {
            if questions.count > 1 { alone = try answerTogether(questions) }
            while let question = alone.first {
                alone.removeFirst()
                try answerAlone(question)
            }
        } catch {
            for question in alone { question.answer.resume(returning: .failure(error)) }
            refuse(with: error)
        }
    }

    /// - Returns: Those that failed.
    private func answerTogether(_ questions: [Question]) throws(StoreError) -> [Question] {
        let found = try pool.withFreeConnection { $0.rows(questions.map(\.sql)) }
        var failed: [Question] = []
        for (question, found) in zip(questions, found) {
            if let found { question.answer.resume(returning: .success(found.row)) } else { failed.append(question) }
        }
        return failed
    }

    /// Throws, with the question answered, where the server cannot be reached.
    private func answerAlone(_ question: Question) throws(StoreError) {
        do throws(StoreError) {
            let row = try pool.withConnection { (connection) throws(StoreError) in
                try PostgreSQLTransaction(connection: connection).row(question.sql)
            }
            question.answer.resume(returning: .success(row))
        } catch {
            question.answer.resume(returning: .failure(error))
            if case .cannotOpen = error { throw error }
        }
    }
}
