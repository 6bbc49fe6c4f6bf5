public import ArgumentParser
import Foundation
public import Storage

/// `timus connect-settings`: what Timus Connect shows before the sign-in.
struct ConnectSettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect-settings",
        abstract: "What Timus Connect shows before the sign-in on a device that is not known.",
        subcommands: [Show.self, Set.self],
        defaultSubcommand: Show.self
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what is chosen.")

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let settings = try await storeOptions.withStore { try await $0.connectSettings() }
            try ConnectSettingsShown(settings).answer(json: json)
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Choose what an unknown device shows.",
            discussion: """
                networks: the names of the networks of the e-mail address that is typed. Whoever knows an address learns them.
                organisation: only the organisation's name, until the user has signed in on the device once.
                """
        )

        @Option(help: ArgumentHelp("networks or organisation.", valueName: "choice"))
        var firstScreen: ConnectSettings.FirstScreen

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let settings = try await storeOptions.withStore { store in
                try await store.setFirstScreen(firstScreen, by: .shell)
                return try await store.connectSettings()
            }
            try ConnectSettingsShown(settings).answer(json: json)
        }
    }
}

extension ConnectSettings.FirstScreen: ExpressibleByArgument {}

/// What `timus connect-settings --json` prints.
struct ConnectSettingsShown: Encodable {
    let firstScreen: ConnectSettings.FirstScreen
    @OrNull var setBy: String?
    @OrNull var setAt: Date?

    init(_ settings: ConnectSettings) {
        firstScreen = settings.firstScreen
        setBy = settings.setBy
        setAt = settings.setAt
    }

    func answer(json: Bool) throws {
        if json { return try Standard.answer(json: self) }
        Standard.answer("first screen of an unknown device: \(firstScreen.rawValue)")
    }
}
