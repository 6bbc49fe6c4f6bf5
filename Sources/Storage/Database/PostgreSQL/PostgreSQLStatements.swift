/// Which statements one connection has prepared.
///
/// A statement is prepared when it comes the second time, so that what comes once costs nothing more. There are as many as
/// the program has texts, but lists of values make more: beyond ``most``, statements run unprepared.
struct PostgreSQLStatements {
    enum Use: Equatable {
        case once
        /// To be prepared under this name, and then to be kept.
        case again(name: String)
        case prepared(name: String)
    }

    static let most = 500
    /// Longer ones are lists, of which no two are alike.
    static let longest = 8_192

    /// By text: the name, nil where it came once.
    private var names: [String: String?] = [:]
    /// So that no name is used for two statements.
    private var count = 0

    mutating func use(of text: String) -> Use {
        guard text.utf8.count <= Self.longest else { return .once }
        switch names[text] {
        case .some(.some(let name)): return .prepared(name: name)
        case .some(.none): return .again(name: "s\(count)")
        case .none:
            if names.count < Self.most { names[text] = .some(nil) }
            return .once
        }
    }

    /// Notes that the statement was prepared under the name that ``use(of:)`` gave.
    mutating func keep(_ text: String) {
        names[text] = "s\(count)"
        count += 1
    }

    /// Prepares everything anew, under other names.
    mutating func forget() {
        names.removeAll()
    }
}
