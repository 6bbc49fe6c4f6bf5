public import ArgumentParser
import Directory
import Foundation
public import Storage

/// `timus administrators`: who may enter Manager.
struct AdministratorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "administrators",
        abstract: "List and add administrators of Timus Manager, and let them in who are kept out.",
        subcommands: [
            List.self, Add.self, SetPassword.self, ResetSecondFactor.self, AllowSignIn.self,
            AdministratorGroupCommand.self,
        ],
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

        @OptionGroup var passwordOptions: PasswordOptions

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let password = try passwordOptions.password(of: email)
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
    }

    struct SetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an administrator a new password, read as `add` reads it, and sign them out.",
            discussion: "The way back in for an owner who has forgotten theirs. A second factor stays on."
        )

        @Argument(help: ArgumentHelp("The administrator's e-mail.", valueName: "e-mail"))
        var email: String

        @OptionGroup var passwordOptions: PasswordOptions

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let password = try passwordOptions.password(of: email)
            let administrator = try await storeOptions.withStore { store in
                let administrator = try await store.known(email)
                try await store.setPassword(of: administrator.id, to: password, by: .shell)
                return administrator
            }
            if json { return try Standard.answer(json: Line(administrator)) }
            Standard.answer("\(administrator.email) signs in with the new password.")
        }
    }

    /// Where a new password comes from.
    struct PasswordOptions: ParsableArguments {
        @Option(help: ArgumentHelp("A file that holds the password, or - for standard input.", valueName: "path"))
        var passwordFile: String?

        func password(of email: String) throws -> String {
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

    struct ResetSecondFactor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn off the second factor of an administrator who has lost it, and sign them out."
        )

        @Argument(help: ArgumentHelp("The administrator's e-mail.", valueName: "e-mail"))
        var email: String

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let administrator = try await storeOptions.withStore { store in
                let administrator = try await store.known(email)
                try await store.resetSecondFactor(of: administrator.id, by: .shell)
                return try await store.known(email)
            }
            if json { return try Standard.answer(json: Line(administrator)) }
            Standard.answer("\(administrator.email) signs in with the password alone.")
        }
    }

    struct AllowSignIn: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget the wrong passwords and codes of an administrator, who may then try again from anywhere."
        )

        @Argument(help: ArgumentHelp("The administrator's e-mail.", valueName: "e-mail"))
        var email: String

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let administrator = try await storeOptions.withStore { store in
                let administrator = try await store.known(email)
                try await store.allowSignIn(email: administrator.email, by: .shell)
                return administrator
            }
            if json { return try Standard.answer(json: Line(administrator)) }
            Standard.answer("\(administrator.email) may sign in from anywhere.")
        }
    }

    /// An administrator as `--json` prints them.
    struct Line: Encodable {
        let email: String
        @OrNull var name: String?
        let role: Administrator.Role
        let secondFactor: Administrator.SecondFactor
        let throughGroup: Bool

        init(_ administrator: Administrator) {
            email = administrator.email
            name = administrator.name
            role = administrator.role
            secondFactor = administrator.secondFactor
            throughGroup = administrator.isThroughGroup
        }
    }
}

extension Store {
    fileprivate func known(_ email: String) async throws -> Administrator {
        guard let administrator = try await administrator(email: email) else {
            throw Failure.said(
                "There is no administrator with the e-mail \(email).",
                hint: "See who there is: timus administrators"
            )
        }
        return administrator
    }
}

extension Administrator.Role: ExpressibleByArgument {}
