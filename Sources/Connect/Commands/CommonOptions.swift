import ArgumentParser
import Foundation

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Answer in JSON, with stable fields.")
    var json = false

    var environment: [String: String] { ProcessInfo.processInfo.environment }
    var folder: StateFolder { StateFolder(environment: environment) }
}

/// Which server a sign-in goes to.
struct ServerOption: ParsableArguments {
    @Option(help: "The server's address; else TIMUS_SERVER, else the server of the last sign-in.")
    var server: String?

    /// - Throws: ``ConnectError/noServer`` where nothing names one.
    func address(_ common: CommonOptions) throws(ConnectError) -> ServerAddress {
        if let named = server ?? common.environment["TIMUS_SERVER"], !named.isEmpty { return try ServerAddress(named) }
        guard let remembered = try common.folder.read(Preferences.self, from: Preferences.file)?.server else {
            throw .noServer
        }
        return remembered
    }
}
