import ArgumentParser
import Foundation

/// `okta-simulator`: an Okta org on this machine.
@main
struct OktaSimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "okta-simulator",
        abstract: "An Okta org on this machine, for demos, rehearsals and tests.",
        subcommands: [ServeCommand.self]
    )

    /// Exit codes: 0 done, 1 failed, 2 wrong use.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withReport: error)
        }
    }

    private static func exit(withReport error: any Error) -> Never {
        if let failure = error as? any LocalizedError, let sentence = failure.errorDescription {
            report("error: \(sentence)")
            if let hint = failure.recoverySuggestion { report("hint: \(hint)") }
            Foundation.exit(1)
        }
        let code = exitCode(for: error)
        if code.isSuccess {
            print(fullMessage(for: error))
            Foundation.exit(0)
        }
        if code == .validationFailure {
            report("error: \(message(for: error))")
            report("hint: okta-simulator serve --help lists the options.")
            Foundation.exit(2)
        }
        report("error: \(message(for: error))")
        Foundation.exit(1)
    }

    private static func report(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
