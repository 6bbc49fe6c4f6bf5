/// The id of one thing in the org: a three-character prefix for its kind (`00u` a person, `00g` a group, `0oa` an app
/// integration, `00T` an API token) and seventeen letters and digits. Ids grow as things are made, so that the order
/// of ids is the order of making.
public struct OktaID<Thing>: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ string: String) { description = string }

    public static func < (one: Self, other: Self) -> Bool { one.description < other.description }
}

/// Makes the ids of one org. The same seed makes the same ids.
struct OktaIDSource {
    private var serial: UInt64 = 0
    private var randomness: SplitMix64

    init(seed: UInt64) { randomness = SplitMix64(seed: seed) }

    mutating func next<Thing>(_ prefix: String) -> OktaID<Thing> {
        serial += 1
        return OktaID(prefix + Self.text(of: 9_000_000_000_000 + serial * 7, digits: 10) + randomness.text(7))
    }

    /// `value` in base 62, padded with zeros to `digits`; letters sort as the numbers do.
    private static func text(of value: UInt64, digits: Int) -> String {
        var rest = value
        var text: [UInt8] = []
        for _ in 0..<digits {
            text.append(SplitMix64.alphabet[Int(rest % 62)])
            rest /= 62
        }
        return String(decoding: text.reversed(), as: UTF8.self)
    }
}
