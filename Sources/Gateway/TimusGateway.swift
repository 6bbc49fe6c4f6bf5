import ArgumentParser
import Foundation

/// `timus-gateway`: the program at a site that lets the right devices in.
@main
struct TimusGateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timus-gateway",
        abstract: "Hold a site's end of the tunnels.",
        discussion: "Exit status: 0 done, 1 failed, 2 wrong use, 3 the server does not know this gateway.",
        subcommands: [Key.self, Run.self]
    )

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            leave(with: error)
        }
    }

    private static func leave(with error: any Error) -> Never {
        if let error = error as? GatewayError {
            complain(error.errorDescription ?? "It failed", hint: error.recoverySuggestion)
            exit(withError: error.exitCode)
        }
        // Help and the version are asked for by throwing, too.
        if exitCode(for: error) == .success { exit(withError: error) }
        guard exitCode(for: error) == .validationFailure else {
            complain(error.localizedDescription, hint: nil)
            exit(withError: ExitCode(1))
        }
        complain(message(for: error), hint: "See timus-gateway --help")
        exit(withError: ExitCode(2))
    }

    private static func complain(_ error: String, hint: String?) {
        let lines = "error: \(error)\n" + (hint.map { "hint: \($0)\n" } ?? "")
        FileHandle.standardError.write(Data(lines.utf8))
    }
}
