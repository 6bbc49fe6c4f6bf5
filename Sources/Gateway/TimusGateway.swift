import ArgumentParser
import Foundation

/// `timus-gateway`: the program at a site that lets the right devices in.
@main
struct TimusGateway: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "timus-gateway",
        abstract: "Hold a site's end of the tunnels.",
        discussion: """
            Enrol once with the code from Sites > Add gateway in Manager, then run. What a command answers goes to standard \
            output, the rest to standard error.

            Exit status: 0 done; 1 failed, and for status: peers are not let in as the server says; 2 wrong use; 3 this \
            machine is not enrolled, or the server does not know it, or no longer.
            """,
        version: version,
        subcommands: [Enrol.self, Run.self, Status.self, Down.self]
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

    /// Says what went wrong in our two lines, and ends with the status that tells scripts what it was.
    private static func leave(with error: any Error) -> Never {
        switch error {
        case let error as GatewayError:
            Terminal.complain(error.errorDescription ?? "It failed", hint: error.recoverySuggestion)
            exit(withError: error.exitCode)
        case let code as ExitCode:
            exit(withError: code)
        default:
            // Help and the version are asked for by throwing, too.
            guard exitCode(for: error) == .validationFailure else {
                guard exitCode(for: error) != .success else { exit(withError: error) }
                Terminal.complain(error.localizedDescription, hint: nil)
                exit(withError: ExitCode(1))
            }
            Terminal.complain(message(for: error), hint: "See timus-gateway --help")
            exit(withError: ExitCode(2))
        }
    }
}
