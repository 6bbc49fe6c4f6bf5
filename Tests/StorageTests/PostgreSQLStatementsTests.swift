import Testing

@testable import Storage

@Suite struct `Statements of a PostgreSQL connection` {
    @Test func `are prepared when they come again`() {
        var statements = PostgreSQLStatements()

        #expect(statements.use(of: "SELECT 1") == .once)
        #expect(statements.use(of: "SELECT 1") == .again(name: "s0"))
        statements.keep("SELECT 1")
        #expect(statements.use(of: "SELECT 1") == .prepared(name: "s0"))
        #expect(statements.use(of: "SELECT 2") == .once)
        #expect(statements.use(of: "SELECT 2") == .again(name: "s1"))
    }

    @Test func `are prepared once more where that failed`() {
        var statements = PostgreSQLStatements()
        _ = statements.use(of: "SELECT 1")

        #expect(statements.use(of: "SELECT 1") == .again(name: "s0"))
        #expect(statements.use(of: "SELECT 1") == .again(name: "s0"))
    }

    @Test func `are never so many, or so long, that they fill the memory`() {
        var statements = PostgreSQLStatements()
        let list = String(repeating: "$1, ", count: 3000)

        for number in 0..<PostgreSQLStatements.most { _ = statements.use(of: "SELECT \(number)") }

        #expect(statements.use(of: "one more") == .once)
        #expect(statements.use(of: "one more") == .once)
        #expect(statements.use(of: list) == .once)
        #expect(statements.use(of: list) == .once)
    }

    @Test func `are under other names once they were forgotten`() {
        var statements = PostgreSQLStatements()
        _ = statements.use(of: "SELECT 1")
        _ = statements.use(of: "SELECT 1")
        statements.keep("SELECT 1")

        statements.forget()

        #expect(statements.use(of: "SELECT 1") == .once)
        #expect(statements.use(of: "SELECT 1") == .again(name: "s1"))
    }
}
