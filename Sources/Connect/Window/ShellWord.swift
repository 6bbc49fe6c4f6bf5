/// A text as one word of a command that the user will paste into a shell.
enum ShellWord {
    /// As it is where it has only letters, digits and `-_./:@`, else in single quotes. Control characters are left out: in a
    /// terminal a line's end would run what stands before it.
    static func quoted(_ text: String) -> String {
        let word = Terminal.harmless(text).filter { !$0.isNewline }
        let isPlain = !word.isEmpty && !word.hasPrefix("-") && word.unicodeScalars.allSatisfy { plain.contains($0) }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    private static let plain = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:@".unicodeScalars
    )
}
