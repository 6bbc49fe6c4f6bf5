import CLibPQ

extension PostgreSQLConnection {
    /// Runs statements that read without waiting for one before the next is sent (libpq's pipeline mode), each a transaction of its
    /// own.
    ///
    /// - Returns: What each found, in their order; nil where it failed, or the connection broke before it was answered.
    func rows(_ statements: [SQL]) -> [Found?] {
        var rows = [Found?](repeating: nil, count: statements.count)
        guard PQenterPipelineMode(handle) == 1 else { return rows }
        // Whatever is not sent and answered to its end could be taken for the answer to what comes next.
        var isWhole = false
        defer { if PQexitPipelineMode(handle) != 1 || !isWhole { hasLostServer = true } }
        var sent: [[Step]] = []
        for statement in statements {
            guard let steps = send(statement), PQpipelineSync(handle) == 1 else { break }
            sent.append(steps)
        }
        for (place, steps) in sent.enumerated() {
            let found = answer(to: steps)
            // An answer counts where its transaction's end follows: then the next one is the next statement's.
            guard !hasLostServer, let end = PQgetResult(handle) else { return rows }
            defer { PQclear(end) }
            guard PQresultStatus(end) == PGRES_PIPELINE_SYNC else { return rows }
            rows[place] = found
        }
        isWhole = sent.count == statements.count
        return rows
    }

    struct Found {
        /// The first row; nil where there is none.
        let row: Row?
    }

    private enum Step {
        case prepare
        case run
    }

    /// nil where it could not be sent.
    private func send(_ sql: SQL) -> [Step]? {
        let (values, count) = (sql.values, Int32(sql.values.count))
        let use = prepared.use(of: sql.text)
        var steps: [Step] = []
        if case .again(let name) = use {
            guard PQsendPrepare(handle, name, sql.text, count, values.map(\.type)) == 1 else { return nil }
            prepared.keep(sql.text)
            steps.append(.prepare)
        }
        let isSent = values.withTexts { texts in
            switch use {
            case .once: PQsendQueryParams(handle, sql.text, count, values.map(\.type), texts, nil, nil, 0)
            case .again(let name), .prepared(let name): PQsendQueryPrepared(handle, name, count, texts, nil, nil, 0)
            }
        }
        return isSent == 1 ? steps + [.run] : nil
    }

    /// nil where it failed.
    private func answer(to steps: [Step]) -> Found? {
        var found: Found?
        for step in steps {
            let result = PQgetResult(handle)
            if PQresultStatus(result) == PGRES_PIPELINE_ABORTED {
                // It was not prepared, so it did not run.
                PQclear(result)
            } else {
                do {
                    let rows = try checked(result)
                    if step == .run { found = Found(row: rows.first) }
                } catch {
                    if step == .prepare || lastFailureEndsStatements { prepared.forget() }
                }
            }
            // The end of this statement's results, of which each has one. Another one would be somebody else's.
            if let more = PQgetResult(handle) {
                PQclear(more)
                hasLostServer = true
                return nil
            }
        }
        return found
    }
}
