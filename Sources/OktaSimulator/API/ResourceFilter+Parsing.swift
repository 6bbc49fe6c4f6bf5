import Foundation

extension ResourceFilter {
    /// Reads `status eq "ACTIVE" and (lastUpdated gt "…" or profile.login sw "a")`; `and` binds tighter than `or`.
    init(_ text: String, _ dialect: Dialect) throws(OktaFailure) {
        var parser = Parser(tokens: try Self.tokens(of: text), dialect: dialect)
        self = try parser.either()
        guard parser.isAtEnd else { throw .searchCriteria("Unexpected text after the expression.") }
    }

    private enum Token: Equatable {
        case word(String)
        case quoted(String)
        case open
        case close
    }

    private static func tokens(of text: String) throws(OktaFailure) -> [Token] {
        var tokens: [Token] = []
        var rest = Substring(text)
        while let first = rest.first {
            switch first {
            case " ": rest.removeFirst()
            case "(", ")":
                tokens.append(first == "(" ? .open : .close)
                rest.removeFirst()
            case "\"":
                rest.removeFirst()
                tokens.append(.quoted(try quoted(&rest)))
            default:
                let word = rest.prefix { !" ()\"".contains($0) }
                tokens.append(.word(String(word)))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    /// Up to the closing quote, with `\"` and `\\` undone.
    private static func quoted(_ rest: inout Substring) throws(OktaFailure) -> String {
        var value = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return value
            case "\\": if let next = rest.popFirst() { value.append(next) }
            default: value.append(character)
            }
        }
        throw .searchCriteria("A quoted value has no closing quote.")
    }

    private struct Parser {
        let tokens: [Token]
        let dialect: Dialect
        private var next = 0

        init(tokens: [Token], dialect: Dialect) {
            self.tokens = tokens
            self.dialect = dialect
        }

        var isAtEnd: Bool { next == tokens.count }

        mutating func either() throws(OktaFailure) -> ResourceFilter {
            var filter = try both()
            while take("or") { filter = .either(filter, try both()) }
            return filter
        }

        private mutating func both() throws(OktaFailure) -> ResourceFilter {
            var filter = try term()
            while take("and") { filter = .both(filter, try term()) }
            return filter
        }

        private mutating func term() throws(OktaFailure) -> ResourceFilter {
            switch token() {
            case .open:
                let filter = try either()
                guard token() == .close else { throw .searchCriteria("A parenthesis is not closed.") }
                return filter
            case .word(let property):
                return .comparison(try comparison(of: property))
            default:
                throw .searchCriteria("The name of a property is missing.")
            }
        }

        private mutating func comparison(of property: String) throws(OktaFailure) -> Comparison {
            guard dialect.properties.contains(property) || dialect.anyProfileProperty && property.hasPrefix("profile.")
            else { throw .searchCriteria("Unsupported property: \(property).") }
            guard case .word(let word) = token(), let operation = Operation(rawValue: word.lowercased()),
                dialect.operations.contains(operation)
            else { throw .searchCriteria("Unsupported operator after \(property).") }
            if operation == .present {
                return Comparison(property: property, operation: operation, value: "", date: nil)
            }
            switch token() {
            case .quoted(let value), .word(let value):
                let date = OktaTime.date(value)
                if ResourceFilter.times.contains(property) && date == nil {
                    throw .searchCriteria("Invalid timestamp for \(property).")
                }
                return Comparison(property: property, operation: operation, value: value, date: date)
            default:
                throw .searchCriteria("The value for \(property) is missing.")
            }
        }

        private mutating func token() -> Token? {
            guard next < tokens.count else { return nil }
            next += 1
            return tokens[next - 1]
        }

        private mutating func take(_ word: String) -> Bool {
            guard next < tokens.count, case .word(let found) = tokens[next], found.lowercased() == word else {
                return false
            }
            next += 1
            return true
        }
    }

    private static let times: Set<String> = [
        "created", "activated", "statusChanged", "lastUpdated", "lastMembershipUpdated",
    ]
}
