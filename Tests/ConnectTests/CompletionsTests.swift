import Foundation
import Testing

@testable import Connect

@Suite struct `The completions` {
    private let home = NSTemporaryDirectory() + "timus-connect-\(UUID().uuidString)"

    @Test(arguments: ["bash", "zsh", "fish"])
    func `know the commands`(shell: String) async throws {
        let run = try await Transcript.of(["completions", shell], home: home)

        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
        for command in ["sign-in", "doctor", "completions"] { #expect(run.output.contains(command)) }
    }

    @Test func `do not tell of what is for ourselves`() async throws {
        let run = try await Transcript.of(["completions", "bash"], home: home)

        #expect(!run.output.contains("hold"))
        #expect(!run.output.contains("keep"))
    }

    @Test func `are a script that bash takes`() async throws {
        let run = try await Transcript.of(["completions", "bash"], home: home)
        let file = NSTemporaryDirectory() + "completions-\(UUID().uuidString)"
        try run.output.write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }

        let bash = try Process.run(URL(filePath: "/bin/bash"), arguments: ["-n", file])
        bash.waitUntilExit()

        #expect(bash.terminationStatus == 0)
    }

    @Test func `say which shells there are, and where to put the script`() async throws {
        let wrong = try await Transcript.of(["completions", "csh"], home: home)
        let help = try await Transcript.of(["completions", "--help"], home: home)

        #expect(wrong.status == 2)
        #expect(help.output.contains("bash-completion/completions"))
    }
}
