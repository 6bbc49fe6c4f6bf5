import Foundation

/// The two streams of a command: the answer, and the rest.
enum Standard {
    /// Writes one line to stderr.
    static func error(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Writes one line to stdout at once, also into a pipe. A reader that has gone, such as `head`, is no error.
    static func answer(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Writes a value as JSON to stdout: keys in snake_case and sorted, times in ISO 8601. A field that may be
    /// missing is declared with ``OrNull``, so that its key is always there.
    static func answer(json value: some Encodable, pretty: Bool = true) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        answer(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
