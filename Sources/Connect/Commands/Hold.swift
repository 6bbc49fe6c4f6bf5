import ArgumentParser
import Foundation

extension TimusConnect {
    /// The part that needs root: `connect` starts it, and nobody else has to.
    ///
    /// It does not wait as other commands do: all is done in turn on the first thread.
    struct Hold: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hold a tunnel's interface, as root, for as long as standard input is open.",
            shouldDisplay: false
        )

        /// Started by `hold` itself, in a session of its own.
        @Flag(help: .hidden)
        var apart = false

        @Flag(help: .hidden)
        var `guard` = false

        func run() throws {
            signal(SIGPIPE, SIG_IGN)
            guard isatty(STDIN_FILENO) == 0 else {
                throw ConnectError.wrongUse(
                    "hold is for timus-connect itself",
                    hint: "See timus-connect connect --help"
                )
            }
            guard geteuid() == 0 else { throw ConnectError.noRights(because: "hold was started without them") }
            chdir("/")
            if `guard` {
                guard Guard.wait() else { throw ExitCode(1) }
            } else if apart {
                var holder = Holder(input: STDIN_FILENO, output: STDOUT_FILENO)
                holder.run()
            } else {
                try startApart()
            }
        }

        /// `sudo` and the terminal in which it asked may go: the tunnel stays until its keeper goes.
        private func startApart() throws {
            let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
            let spawn = Spawn(
                path: Spawn.ourselves,
                words: ["timus-connect", "hold", "--apart"],
                environment: SystemTool.environment,
                descriptors: [STDIN_FILENO, STDOUT_FILENO, nothing],
                hasOwnSession: true
            )
            guard spawn.start() != nil else {
                throw ConnectError.tunnelFailed("the helper could not be started: \(String(cString: strerror(errno)))")
            }
        }
    }
}
