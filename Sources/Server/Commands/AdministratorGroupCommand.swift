import ArgumentParser
import Directory
import Foundation
import Storage

/// `timus administrators group`: the Okta groups whose members are administrators.
struct AdministratorGroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "Let the members of Okta groups enter Manager through Okta.",
        subcommands: [List.self, Add.self, Remove.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the groups and their roles.")

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let groups = try await storeOptions.withStore { try await $0.administratorGroups() }
            if json { return try Standard.answer(json: groups.map(Line.init)) }
            guard !groups.isEmpty else {
                return Standard.error("No group makes administrators. See `timus administrators group add --help`.")
            }
            var table = TextTable("GROUP", "ROLE", "IN FORCE")
            table.rows = groups.map {
                [$0.name ?? $0.group.rawValue, $0.role.rawValue, $0.isInForce ? "yes" : "no"]
            }
            table.lines.forEach(Standard.answer)
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the members of a chosen Okta group administrators, or change what they are."
        )

        @Argument(help: ArgumentHelp("The group, by name or id.", valueName: "group"))
        var group: String

        @Option(help: "administrator or viewer.")
        var role: Administrator.Role = .viewer

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let saved = try await storeOptions.withStore { store in
                let entry = try await store.groups().group(named: group)
                try await store.setAdministratorGroup(entry.group.id, role: role, by: .shell)
                return try await store.administratorGroups().first { $0.group == entry.group.id }
            }
            guard let saved else { return }
            if json { return try Standard.answer(json: Line(saved)) }
            Standard.answer("\(saved.name ?? saved.group.rawValue) \(saved.role.rawValue)")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the rule for a group, and the sessions that came in through it."
        )

        @Argument(help: ArgumentHelp("The group, by name or id.", valueName: "group"))
        var group: String

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let removed = try await storeOptions.withStore { store in
                let rules = try await store.administratorGroups()
                let name = group.lowercased()
                guard let rule = rules.first(where: { $0.group.rawValue == group || $0.name?.lowercased() == name })
                else {
                    throw Failure.said(
                        "The group \(group) makes nobody an administrator.",
                        hint: "See which do: timus administrators group"
                    )
                }
                try await store.removeAdministratorGroup(rule.group, by: .shell)
                return rule
            }
            if json { return try Standard.answer(json: Line(removed)) }
            Standard.answer("\(removed.name ?? removed.group.rawValue) makes nobody an administrator any more.")
        }
    }

    /// A group as `--json` prints it.
    struct Line: Encodable {
        let oktaGroupId: String
        @OrNull var name: String?
        let role: Administrator.Role
        let inForce: Bool

        init(_ group: AdministratorGroup) {
            oktaGroupId = group.group.rawValue
            name = group.name
            role = group.role
            inForce = group.isInForce
        }
    }
}
