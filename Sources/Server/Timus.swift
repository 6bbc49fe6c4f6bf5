import ArgumentParser
import Foundation

/// The server program, `timus`.
@main
struct Timus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timus",
        abstract: "Okta groups decide who reaches which private network.",
        discussion: """
            Settings come from flags, else from the environment (TIMUS_…). stdout is the answer, stderr everything else.
            Exit codes: 0 done, 1 failed, 2 wrong use.
            """,
        version: "0.1.0",
        subcommands: [
            Serve.self, DemoCommand.self, OktaCommand.self, SyncCommand.self, UsersCommand.self, SitesCommand.self,
            GatewaysCommand.self, ConnectionsCommand.self, DevicesCommand.self, Explain.self,
            AdministratorsCommand.self, AuditCommand.self, NotificationsCommand.self, VerifyOIDC.self,
            ConnectSettingsCommand.self,
        ]
    )

    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.exit(with: error)
        }
    }
}
