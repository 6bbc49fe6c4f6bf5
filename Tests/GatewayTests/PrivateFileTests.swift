import Foundation
import Testing

@testable import Gateway

@Suite struct `A private file` {
    private let path = NSTemporaryDirectory() + "timus-gateway-\(UUID().uuidString)"

    @Test func `is written also where a process that was killed left its unfinished one`() throws {
        let leftover = "\(path).\(getpid()).new"
        try Data("half".utf8).write(to: URL(filePath: leftover))

        try PrivateFile.write(Data("whole".utf8), to: path)

        #expect(try PrivateFile.contents(of: path) == Data("whole".utf8))
        #expect(!FileManager.default.fileExists(atPath: leftover))
        try PrivateFile.remove(path)
    }
}
