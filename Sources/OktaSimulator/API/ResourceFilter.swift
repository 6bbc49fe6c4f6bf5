import Foundation

/// What `filter` and `search` say: comparisons of properties, joined with `and` and `or`, in parentheses where needed.
indirect enum ResourceFilter: Sendable {
    case comparison(Comparison)
    case both(ResourceFilter, ResourceFilter)
    case either(ResourceFilter, ResourceFilter)

    struct Comparison: Sendable {
        let property: String
        let operation: Operation
        let value: String
        /// The value as a time; nil where it is none.
        let date: Date?
    }

    enum Operation: String, Sendable {
        case equals = "eq"
        case startsWith = "sw"
        case contains = "co"
        case greater = "gt"
        case greaterOrEqual = "ge"
        case less = "lt"
        case lessOrEqual = "le"
        case present = "pr"
    }

    /// A property of a resource.
    enum Value: Sendable {
        case text(String)
        case date(Date)
        /// Of a property that a resource has several times: one that fits is enough.
        case anyOf([String])
    }

    /// What one endpoint allows in one of its two parameters.
    struct Dialect: Sendable {
        /// Exact names; with `anyProfileProperty`, also `profile.` and anything.
        let properties: Set<String>
        let anyProfileProperty: Bool
        let operations: Set<Operation>
        let foldsCase: Bool
    }

    func matches(foldingCase: Bool, _ value: (String) -> Value?) -> Bool {
        switch self {
        case .comparison(let comparison): comparison.matches(value(comparison.property), foldingCase: foldingCase)
        case .both(let one, let other):
            one.matches(foldingCase: foldingCase, value) && other.matches(foldingCase: foldingCase, value)
        case .either(let one, let other):
            one.matches(foldingCase: foldingCase, value) || other.matches(foldingCase: foldingCase, value)
        }
    }
}

extension ResourceFilter.Comparison {
    fileprivate func matches(_ found: ResourceFilter.Value?, foldingCase: Bool) -> Bool {
        switch found {
        case nil: return false
        case .anyOf(let texts): return texts.contains { matches(.text($0), foldingCase: foldingCase) }
        case .date(let time):
            guard operation != .present else { return true }
            guard let date else { return false }
            switch operation {
            case .equals: return time == date
            case .greater: return time > date
            case .greaterOrEqual: return time >= date
            case .less: return time < date
            case .lessOrEqual: return time <= date
            case .startsWith, .contains, .present: return false
            }
        case .text(let text):
            let one = foldingCase ? text.lowercased() : text
            let other = foldingCase ? value.lowercased() : value
            switch operation {
            case .equals: return one == other
            case .startsWith: return one.hasPrefix(other)
            case .contains: return one.contains(other)
            case .greater: return one > other
            case .greaterOrEqual: return one >= other
            case .less: return one < other
            case .lessOrEqual: return one <= other
            case .present: return true
            }
        }
    }
}
