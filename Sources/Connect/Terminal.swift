import ConnectAPI
import Foundation

/// Where the program speaks: the answer on standard output, everything else on standard error.
enum Terminal {
    /// A line of the answer.
    static func answer(_ line: String) {
        write(harmless(line) + "\n", to: .standardOutput)
    }

    /// The answer as JSON: keys in order, times in UTC.
    static func answer(json message: some Encodable) throws {
        write(String(decoding: try ConnectJSON.data(message), as: UTF8.self) + "\n", to: .standardOutput)
    }

    static func note(_ line: String) {
        write(harmless(line) + "\n", to: .standardError)
    }

    static func complain(_ error: String, hint: String?) {
        note("error: \(error)")
        if let hint { note("hint: \(hint)") }
    }

    /// Whether somebody sits at standard input to be asked.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    /// The line that was typed, without spaces around it; nil at the end of the input.
    static func ask(_ question: String) -> String? {
        write("\(harmless(question)) ", to: .standardError)
        return readLine()?.trimmingCharacters(in: .whitespaces)
    }

    /// The text without control characters other than the end of a line: what a server sends must not move the cursor or
    /// rename the window.
    static func harmless(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { scalar in
                    scalar == "\n" || !(scalar.properties.generalCategory == .control || scalar.isBidirectionalOverride)
                }
            )
        )
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // Nobody is left to tell when the reader of a pipe has gone.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

extension Unicode.Scalar {
    /// U+202A to U+202E and U+2066 to U+2069 change the order in which the rest of the line is shown.
    fileprivate var isBidirectionalOverride: Bool {
        (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
    }
}
