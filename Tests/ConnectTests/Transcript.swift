import Foundation

/// One run of `timus-connect`, as a user at a terminal without one would see it: standard input is empty.
struct Transcript: Equatable, Sendable {
    let output: String
    let errors: String
    let status: Int32

    /// Runs the program that was built beside the tests.
    ///
    /// - Parameter onError: Called with each line of standard error as it comes.
    static func of(
        _ arguments: [String],
        home: String,
        environment: [String: String] = [:],
        onError: (@Sendable (String) async -> Void)? = nil
    ) async throws -> Transcript {
        let process = Process()
        let products = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = products.appending(path: "timus-connect")
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": home, "TIMUS_CONNECT_HOME": home + "/state"]
            .merging(environment) { _, new in new }
        let output = Pipe()
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        async let outputText = text(of: output, onLine: nil)
        async let errorText = text(of: errors, onLine: onError)
        let (first, second) = await (outputText, errorText)
        for await _ in ends {}
        return Transcript(output: first, errors: second, status: process.terminationStatus)
    }

    private static func text(of pipe: Pipe, onLine: (@Sendable (String) async -> Void)?) async -> String {
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        let handle = pipe.fileHandleForReading
        // A thread of its own: reading waits, and the few threads of Swift's tasks must not.
        Thread.detachNewThread {
            var rest = Data()
            while case let data = handle.availableData, !data.isEmpty {
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    line.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest = Data(rest[(end + 1)...])
                }
            }
            line.finish()
        }
        var text = ""
        for await line in lines {
            text += line + "\n"
            await onLine?(line)
        }
        return text
    }
}
