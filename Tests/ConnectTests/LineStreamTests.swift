import Foundation
import Testing

@testable import Connect

@Suite struct `A stream of lines` {
    private let pipe: SpawnPipe

    init() throws { pipe = try #require(SpawnPipe()) }

    @Test func `gives each line that was written, in order`() throws {
        var stream = LineStream(input: pipe.reading, output: pipe.writing)
        for line in ["one", "", "three"] { try stream.write(Array(line.utf8)) }

        let lines = try (0..<3).map { _ in String(decoding: try stream.read(within: 5), as: UTF8.self) }

        #expect(lines == ["one", "", "three"])
        close(pipe.writing)
        close(pipe.reading)
    }

    @Test func `puts together what comes in pieces, and leaves out what has no end`() throws {
        var stream = LineStream(input: pipe.reading, output: -1)
        send("on")
        send("e\ntw")
        close(pipe.writing)

        #expect(try stream.read(within: 5) == Array("one".utf8))
        #expect(throws: LineStream.End.closed) { try stream.read(within: 5) }
        close(pipe.reading)
    }

    @Test func `does not wait without end`() throws {
        var stream = LineStream(input: pipe.reading, output: -1)

        #expect(throws: LineStream.End.late) { try stream.read(within: 0.05) }
        close(pipe.writing)
        close(pipe.reading)
    }

    @Test func `takes no line that is too long`() throws {
        var stream = LineStream(input: pipe.reading, output: -1)
        let (writing, text) = (pipe.writing, [UInt8](repeating: 65, count: 4096))
        Thread.detachNewThread {
            for _ in 0..<17 { _ = text.withUnsafeBytes { write(writing, $0.baseAddress, $0.count) } }
            close(writing)
        }

        #expect(throws: LineStream.End.tooLong) { try stream.read(within: 5) }
        // What is left, so that the other end can go.
        while (try? stream.read(within: 5)) != nil {}
        var rest = [UInt8](repeating: 0, count: 4096)
        while read(pipe.reading, &rest, rest.count) > 0 {}
        close(pipe.reading)
    }

    private func send(_ text: String) {
        let bytes = Array(text.utf8)
        write(pipe.writing, bytes, bytes.count)
    }
}
