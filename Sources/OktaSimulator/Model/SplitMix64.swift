/// A small random number generator that gives the same numbers for the same seed, on every machine. Not for secrets.
struct SplitMix64: RandomNumberGenerator {
    /// The digits of base 62, in the order of their ASCII codes.
    static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// `count` random letters and digits.
    mutating func text(_ count: Int) -> String { RandomText.make(count, using: &self) }
}

/// Letters and digits drawn from a generator: ids, and, from the system's own generator, secrets.
enum RandomText {
    static func make(_ count: Int, using generator: inout some RandomNumberGenerator) -> String {
        let characters = (0..<count).map { _ in
            SplitMix64.alphabet[Int(generator.next(upperBound: UInt64(SplitMix64.alphabet.count)))]
        }
        return String(decoding: characters, as: UTF8.self)
    }

    /// `count` letters and digits that nobody can guess.
    static func secret(_ count: Int) -> String {
        var system = SystemRandomNumberGenerator()
        return make(count, using: &system)
    }
}
