public import ArgumentParser
import Foundation
public import Storage

/// `timus administrators`: who may enter Manager.
struct AdministratorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "administrators",
        abstract: "List and add administrators of Timus Manager.",
        subcommands: [List.self, Add.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the administrators.")

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let administrators = try await storeOptions.withStore { try await $0.administrators() }
            if json { return try Standard.answer(json: administrators.map(Line.init)) }
            guard !administrators.isEmpty else {
                return Standard.error("No administrators. Add one with `timus administrators add E-MAIL`.")
            }
            var table = TextTable("E-MAIL", "ROLE")
            table.rows = administrators.map { [$0.email, $0.role.rawValue] }
            table.lines.forEach(Standard.answer)
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an administrator; the password is read from a file, from standard input or at a prompt."
        )

        @Argument(help: ArgumentHelp("The e-mail to sign in with.", valueName: "e-mail"))
        var email: String

        @Option(help: "owner, administrator or viewer.")
        var role: Administrator.Role = .administrator

        @Option(help: "The name to show.")
        var name: String?

        @Option(help: ArgumentHelp("A file that holds the password, or - for standard input.", valueName: "path"))
        var passwordFile: String?

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let password = try password()
            let administrator = try await storeOptions.withStore { store in
                try await store.addAdministrator(
                    email: email,
                    name: name,
                    role: role,
                    password: password,
                    by: .shell
                )
            }
            if json { return try Standard.answer(json: Line(administrator)) }
            Standard.answer("\(administrator.email) \(administrator.role.rawValue)")
        }

        private func password() throws -> String {
            if let passwordFile { return try SecretFile.read(passwordFile) }
            guard isatty(STDIN_FILENO) == 1 else {
                throw Failure.usage(
                    "There is no password.",
                    hint: "Name a file with --password-file, or - to read standard input."
                )
            }
            return String(cString: getpass("Password for \(email): "))
        }
    }

    /// An administrator as `--json` prints them.
    struct Line: Encodable {
        let email: String
        @OrNull var name: String?
        let role: Administrator.Role

        init(_ administrator: Administrator) {
            email = administrator.email
            name = administrator.name
            role = administrator.role
        }
    }
}

extension Administrator.Role: ExpressibleByArgument {}
