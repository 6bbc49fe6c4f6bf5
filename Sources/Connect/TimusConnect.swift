import ArgumentParser
import Foundation

/// `timus-connect`: the client on the user's machine.
@main
struct TimusConnect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timus-connect",
        abstract: "Reach your organisation's networks.",
        discussion: """
            Sign in once, then open a connection to a network. What a command answers goes to standard output, the rest to \
            standard error. Exit status: 0 done, 1 failed, 2 wrong use, 3 not signed in.

            Environment: TIMUS_SERVER, the server's address; TIMUS_CONNECT_HOME, the folder for the session and the key; \
            BROWSER, the program that opens the sign-in page.
            """,
        subcommands: [
            SignIn.self, Status.self, Networks.self, Connect.self, Disconnect.self, SignOut.self, Window.self,
            Doctor.self, Completions.self, Hold.self, Keep.self,
        ]
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
        case let error as ConnectError:
            Terminal.complain(error.errorDescription ?? "It failed", hint: error.recoverySuggestion)
            exit(withError: error.exitCode)
        case is CancellationError:
            exit(withError: ExitCode(1))
        case let code as ExitCode:
            exit(withError: code)
        default:
            // Help and the version are asked for by throwing, too.
            guard exitCode(for: error) == .validationFailure else {
                guard exitCode(for: error) != .success else { exit(withError: error) }
                Terminal.complain(error.localizedDescription, hint: nil)
                exit(withError: ExitCode(1))
            }
            Terminal.complain(message(for: error), hint: "See timus-connect --help")
            exit(withError: ExitCode(2))
        }
    }
}
