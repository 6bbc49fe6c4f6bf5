import Foundation
import Testing

@testable import Gateway

@Suite struct `The command line of the gateway` {
    private let folder = NSTemporaryDirectory() + "timus-gateway-\(UUID().uuidString)"

    @Test(arguments: [
        (["run"], 3, "This machine is not enrolled: there are no settings in", "Enrol it:"),
        (["status"], 3, "This machine is not enrolled: there are no settings in", "Enrol it:"),
        (["down"], 3, "This machine is not enrolled: there are no settings in", "Enrol it:"),
        (
            ["enrol", "--server", "http://timus.example.com", "--code", "c"], 2,
            "http://timus.example.com is not encrypted", "Use https"
        ),
        (["enrol", "--server", "ftp://x", "--code", "c"], 2, "ftp://x is not the address of a server", "Write it as"),
        (["enrol", "--server", "https://x", "--code", "-"], 2, "The code is missing", "Make one in Manager"),
        (
            ["enrol", "--server", "https://x", "--code", "c", "--interface", "a b"], 2,
            "a b is no name of an interface", "At most 15"
        ),
        (
            ["enrol", "--server", "https://x", "--code", "c", "--listen-port", "70000"], 2, "70000 is no port",
            "Give one"
        ),
    ])
    func `says what is wrong and what to try`(words: [String], status: Int, error: String, hint: String) throws {
        let run = try Transcript.of(words + ["--state", folder])

        #expect(run.status == Int32(status))
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("error: \(error)"))
        #expect(run.errors.contains("\nhint: \(hint)"))
    }

    @Test func `says how it is used`() throws {
        let wrong = try Transcript.of(["rum"])
        let version = try Transcript.of(["--version"])

        #expect(
            wrong
                == Transcript(
                    output: "",
                    errors: "error: Unexpected argument 'rum'\nhint: See timus-gateway --help\n",
                    status: 2
                )
        )
        #expect(version == Transcript(output: "0.1.0\n", errors: "", status: 0))
    }

    @Test func `says when the server cannot be reached`() throws {
        let run = try Transcript.of(["enrol", "--server", "http://127.0.0.1:1", "--code", "c", "--state", folder])

        #expect(
            run.errors == """
                error: The server http://127.0.0.1:1 cannot be reached: nothing listens there
                hint: Check the address and this machine's network

                """
        )
        #expect(run.status == 1)
    }

    @Test func `shows how it did before it ended`() throws {
        let state = StateFolder(path: folder)
        try state.make()
        try state.write(
            GatewaySettings(
                server: try ServerAddress("https://timus.example.com"),
                allowsHTTP: false,
                id: "g-1",
                name: "Berlin-1",
                site: "Berlin",
                token: "secret-token",
                interface: "timus0",
                listenPort: 51820,
                isMasquerading: true
            )
        )

        let text = try Transcript.of(["status", "--state", folder])
        let json = try Transcript.of(["status", "--json", "--state", folder])

        #expect(text.output == "Berlin-1, a gateway of Berlin: does not run.\n")
        #expect(text.status == 1)
        #expect(
            json.output == """
                {"gateway":"Berlin-1","interface":"timus0","listen_port":51820,"running":false,\
                "server":"https://timus.example.com","site":"Berlin"}

                """
        )
        #expect(!json.output.contains("secret-token"))
    }

    @Test func `reads no settings that others can read`() throws {
        let state = StateFolder(path: folder)
        try state.make()
        try Data("{}".utf8).write(to: URL(filePath: state.settingsFile))
        chmod(state.settingsFile, 0o644)

        let run = try Transcript.of(["status", "--state", folder])

        #expect(
            run.errors.hasSuffix("settings.json can be read by other users\nhint: chmod go= \(state.settingsFile)\n")
        )
        #expect(run.status == 1)
    }
}

/// One run of `timus-gateway`, with nothing on standard input.
struct Transcript: Equatable {
    let output: String
    let errors: String
    let status: Int32

    /// Runs the program that was built beside the tests.
    static func of(_ arguments: [String]) throws -> Transcript {
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "timus-gateway")
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"]
        let output = Pipe()
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Short enough for a pipe to hold.
        process.waitUntilExit()
        return Transcript(
            output: String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self),
            errors: String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self),
            status: process.terminationStatus
        )
    }
}
