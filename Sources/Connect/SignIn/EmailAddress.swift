/// What can be an e-mail address at all. Whether anybody has it, only the server knows.
enum EmailAddress {
    static func isWellFormed(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && text.utf8.count <= 254
            && !text.contains { $0.isWhitespace } && text.unicodeScalars.allSatisfy { $0.value >= 32 }
    }
}
