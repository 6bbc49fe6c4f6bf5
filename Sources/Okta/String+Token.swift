import Foundation

extension String {
    /// A pasted token without the blanks around it, and without the `SSWS` that Okta's documents write before it.
    var withoutScheme: String {
        let text = trimmingCharacters(in: .whitespacesAndNewlines)
        return text.hasPrefix("SSWS ") ? String(text.dropFirst(5)) : text
    }
}
