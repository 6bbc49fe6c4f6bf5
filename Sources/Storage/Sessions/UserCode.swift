/// The short code that a person types to approve a sign-in on another machine (RFC 8628 §6.1).
enum UserCode {
    /// Consonants without `Y`: no code spells a word, and 20^8 codes leave nothing to guess in ten minutes.
    static let letters = Array("BCDFGHJKLMNPQRSTVWXZ")

    /// `BCDFGHJK`: as kept, without the hyphen.
    static func new() -> String {
        String((0..<8).map { _ in letters[Int.random(in: letters.indices)] })
    }

    /// `BCDF-GHJK`.
    static func shown(_ code: String) -> String {
        "\(code.prefix(4))-\(code.dropFirst(4))"
    }

    /// The code that was typed, in whatever case and with whatever between the letters; nil where it is none.
    static func read(_ typed: String) -> String? {
        let code = typed.uppercased().filter { $0.isLetter || $0.isNumber }
        guard code.count == 8, code.allSatisfy(letters.contains) else { return nil }
        return code
    }
}
