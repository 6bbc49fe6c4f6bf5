/// The id of one kind of thing, which the compiler keeps apart from the id of every other kind.
///
/// `Group.ID` is `Identifier<Group>`: a user's id can never stand where a group's is asked for. The text inside is
/// whatever the source gave (Okta's `00g…`, or one of ours) and is never interpreted.
public struct Identifier<Subject>: Hashable, Sendable, RawRepresentable, Comparable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public init(_ text: String) {
        self.rawValue = text
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension Identifier: CustomStringConvertible {
    public var description: String { rawValue }
}

extension Identifier: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        self.rawValue = text
    }
}

extension Identifier: Codable {
    public init(from decoder: any Decoder) throws {
        self.rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
