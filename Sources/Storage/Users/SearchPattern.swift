import Foundation

/// What a person typed to search for, as the pattern of `LIKE … ESCAPE '~'`.
enum SearchPattern {
    /// Matches texts that contain what was typed, spaces around it aside; nil where nothing was.
    static func containing(_ typed: String) -> String? {
        let words = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        return words.isEmpty ? nil : "%\(escaped(words))%"
    }

    /// Matches texts that start with this one.
    static func starting(with text: String) -> String {
        "\(escaped(text))%"
    }

    private static func escaped(_ text: String) -> String {
        text.map { "~%_".contains($0) ? "~\($0)" : String($0) }.joined()
    }
}
