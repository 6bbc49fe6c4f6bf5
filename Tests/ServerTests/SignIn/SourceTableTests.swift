import Testing

@testable import SignIn

@Suite struct `A table of sources` {
    @Test func `counts newcomers as one while it is full of others that count`() {
        var table = SourceTable<Int>(most: 10)
        for number in 0..<10 { table["\(number)"] = 1 }

        #expect(table.key(for: "3") { _ in true } == "3")
        #expect(table.key(for: "new") { _ in false } == "others")
        #expect(table["0"] == 1)
    }

    @Test func `makes room of those that are over`() {
        var table = SourceTable<Int>(most: 10)
        for number in 0..<10 { table["\(number)"] = number }

        #expect(table.key(for: "new") { $0 < 5 } == "new")
        #expect(table["4"] == nil)
        #expect(table["5"] == 5)
    }

    @Test func `does not look through all of them for each newcomer`() {
        var table = SourceTable<Int>(most: 1000)
        for number in 0..<1000 { table["\(number)"] = 1 }
        var looked = 0

        for number in 0..<10_000 {
            _ = table.key(for: "new \(number)") { _ in
                looked += 1; return false
            }
        }

        #expect(looked <= 100 * 1000)
    }
}
