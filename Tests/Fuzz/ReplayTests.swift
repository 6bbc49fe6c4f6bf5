import Foundation
import Testing

/// What the fuzzer found, and what somebody thought of, is read again in every run. `bin/fuzz` looks for more.
@Suite struct `Text from outside` {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

    /// The names in the order of their folder's listing.
    private static func samples(_ parser: Parser) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: corpus.appending(path: parser.rawValue),
            includingPropertiesForKeys: nil
        )
    }

    @Test(arguments: Parser.allCases)
    func `breaks nothing that reads it`(parser: Parser) async throws {
        let samples = try Self.samples(parser)

        for sample in samples { await parser.read(Array(try Data(contentsOf: sample))) }

        #expect(samples.count >= 8, "\(parser.rawValue) has too few samples to mean anything")
    }

    @Test(arguments: Parser.allCases)
    func `cut off breaks nothing either`(parser: Parser) async throws {
        for sample in try Self.samples(parser) {
            let bytes = Array(try Data(contentsOf: sample).prefix(400))
            for end in stride(from: 1, to: bytes.count, by: 5) { await parser.read(Array(bytes[..<end])) }
        }
    }

    @Test func `has samples for no parser but ours`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)

        #expect(Set(folders) == Set(Parser.allCases.map(\.rawValue)))
    }
}
