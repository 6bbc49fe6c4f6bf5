import Foundation

/// A secret handed over in a file, so that no process list shows it.
enum SecretFile {
    /// The first line of a file, or of standard input for `-`.
    ///
    /// - Throws: ``Failure`` where the file cannot be read or holds nothing.
    static func read(_ path: String) throws -> String {
        let data: Data
        do {
            data =
                path == "-"
                ? try FileHandle.standardInput.readToEnd() ?? Data()
                : try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Failure.usage("The file \(path) cannot be read.", hint: "Check the path and its permissions.")
        }
        let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
        guard let text = line?.trimmingCharacters(in: .whitespaces), !text.isEmpty else {
            throw Failure.usage("The file \(path) is empty.", hint: "Put the secret alone on its first line.")
        }
        return text
    }
}
