import ArgumentParser
import Foundation
import Logging
import Storage

/// Which database, which organisation in it, and the key of its secrets.
struct StoreOptions: ParsableArguments {
    /// Where database and key are kept while nobody says otherwise.
    private static let usualFolder = "var"

    @Option(
        help: ArgumentHelp(
            "The database: a file, or postgresql://… [TIMUS_DATABASE, else var/timus.sqlite]",
            valueName: "url|path"
        )
    )
    var database: String?

    @Option(
        help: ArgumentHelp(
            "The organisation in the database; not needed while there is one. [TIMUS_ORGANISATION]",
            valueName: "name"
        )
    )
    var organisation: String?

    @Option(
        help: ArgumentHelp(
            "The file with the key of the secrets; made on first run. [TIMUS_KEY_FILE, else beside the database]",
            valueName: "path"
        )
    )
    var keyFile: String?

    /// Opens the store; a new database is made and gets its organisation.
    ///
    /// - Parameter createOrganisation: Whether to add the organisation to a database that holds others and not this one.
    func open(creating createOrganisation: Bool = false) async throws -> Store {
        let named = database ?? Environment["TIMUS_DATABASE"]
        let namedKey = keyFile ?? Environment["TIMUS_KEY_FILE"]
        let location = named ?? "\(Self.usualFolder)/timus.sqlite"
        let key = namedKey ?? Self.keyFile(beside: location)
        if named == nil || (namedKey == nil && Self.isServer(location)) { try Self.makeUsualFolder() }
        return try await Store.open(
            at: location,
            organisation: organisation ?? Environment["TIMUS_ORGANISATION"],
            createOrganisation: createOrganisation,
            vault: try Vault.load(file: key)
        )
    }

    /// Runs `body` with the store open, and closes it.
    func withStore<Answer>(
        creating createOrganisation: Bool = false,
        _ body: (Store) async throws -> Answer
    ) async throws -> Answer {
        let store = try await open(creating: createOrganisation)
        let result: Result<Answer, any Error>
        do {
            result = .success(try await body(store))
        } catch {
            result = .failure(error)
        }
        await store.close()
        return try result.get()
    }

    /// The key lies beside a database file, and in `var` for a database server, which must not have it.
    private static func keyFile(beside location: String) -> String {
        guard !isServer(location) else { return "\(usualFolder)/timus.key" }
        return (location as NSString).deletingPathExtension + ".key"
    }

    private static func isServer(_ location: String) -> Bool { location.hasPrefix("postgres") }

    /// Only its owner may enter the folder; one that is there stays as it is.
    private static func makeUsualFolder() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: usualFolder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw Failure.said(
                "The folder \(usualFolder) cannot be made here.",
                hint: "Name a database with --database, and a key file with --key-file."
            )
        }
    }
}

/// The environment of the process, in which an empty value is none.
enum Environment {
    static subscript(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The number in a variable; throws ``Failure`` where it holds something else, or a number out of `range`.
    static func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Failure.usage(
                "\(name) is “\(text)”, and not a number from \(range.lowerBound) to \(range.upperBound).",
                hint: "Set it to such a number, or leave it out."
            )
        }
        return number
    }
}

extension Actor {
    /// Whoever types the command, by the name of their account on this machine.
    static var shell: Actor { .commandLine(NSUserName()) }
}

extension Logger {
    /// The log of a program of ours: lines on stderr, at the level of `TIMUS_LOG_LEVEL`, else `notice`.
    static func timus(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Environment["TIMUS_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0) } ?? .notice
        return logger
    }
}
