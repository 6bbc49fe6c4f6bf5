import Foundation
import GatewayAPI

/// Where the program speaks: the answer on standard output, everything else on standard error.
enum Terminal {
    static func answer(_ line: String) {
        write(harmless(line) + "\n", to: .standardOutput)
    }

    /// The answer as JSON: keys in order, times in UTC.
    static func answer(json message: some Encodable) throws {
        write(String(decoding: try GatewayJSON.data(message), as: UTF8.self) + "\n", to: .standardOutput)
    }

    static func note(_ line: String) {
        write(harmless(line) + "\n", to: .standardError)
    }

    static func complain(_ error: String, hint: String?) {
        note("error: \(error)")
        if let hint { note("hint: \(hint)") }
    }

    /// The text without control characters other than the end of a line, and without those that change the order in which
    /// the rest of the line is shown: what a server sends must not move the cursor or rename the window.
    static func harmless(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { scalar in
                    let turns = (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
                    return scalar == "\n" || !(scalar.properties.generalCategory == .control || turns)
                }
            )
        )
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // Nobody is left to tell when the reader of a pipe has gone.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
