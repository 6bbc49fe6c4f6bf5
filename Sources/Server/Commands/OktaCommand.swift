import Access
import ArgumentParser
import Directory
import Foundation
import Logging
import Manager
import Okta
import SignIn
import Storage
import Sync

/// `timus okta`: the Okta integration without a browser.
struct OktaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "okta",
        abstract: "Connect an Okta org, choose its groups, show its event hook, disable the integration.",
        subcommands: [
            Connect.self, Groups.self, Choose.self, EventHookCommand.self, UniversalLogoutCommand.self,
            OktaDirectory.self, Disable.self,
        ]
    )

    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Test what Okta gave, and save it if every check passes."
        )

        @Option(help: "The Okta domain, for example acme.okta.com.")
        var domain: String

        @Option(help: ArgumentHelp("The Client ID of the app integration.", valueName: "id"))
        var clientID: String

        @Option(help: ArgumentHelp("A file that holds the Client Secret, or -.", valueName: "path"))
        var clientSecretFile: String

        @Option(help: ArgumentHelp("A file that holds the API Token, or -.", valueName: "path"))
        var apiTokenFile: String

        @Option(help: "Where browsers reach this server; names the redirect URI. [TIMUS_PUBLIC_URL]")
        var publicURL: String?

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Add the organisation that --organisation names to a database that holds others.")
        var createOrganisation = false

        @OptionGroup var oktaOptions: OktaOptions

        @OptionGroup var trust: TrustOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func validate() throws {
            if let publicURL { try PublicURL.validate(publicURL) }
            if createOrganisation, storeOptions.organisation == nil {
                throw ValidationError("Name the organisation with --organisation.")
            }
        }

        func run() async throws {
            let clientSecret = try SecretFile.read(clientSecretFile)
            let apiToken = try SecretFile.read(apiTokenFile)
            let settings = WebSettings(
                publicURL: try publicURL ?? PublicURL.ofEnvironment() ?? Serve.usualPublicURL,
                allowLocalOkta: oktaOptions.allowLocalOkta
            )
            let report = try await storeOptions.withStore(creating: createOrganisation) { store in
                try await withOktaHTTP(trust) { http in
                    let connection = OktaConnection(
                        store: store,
                        settings: settings,
                        http: http,
                        logger: .timus("timus.okta")
                    )
                    let report = try await connection.connect(
                        domain: domain,
                        clientID: clientID,
                        clientSecret: clientSecret,
                        apiToken: apiToken,
                        by: .shell
                    )
                    // There is no Preferences tab here to turn it on: who connects from the shell wants to synchronize.
                    if report.passed { try await store.setSynchronization(true, by: .shell) }
                    return report
                }
            }
            let checks = report.checks.map(CheckLine.init)
            if json {
                try Standard.answer(json: checks)
            } else {
                checks.forEach { Standard.answer($0.text) }
            }
            if let failure = report.failures.first {
                throw Failure.said(failure.sentence, hint: failure.remedy)
            }
        }
    }

    struct Groups: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the Okta groups and which are chosen.")

        @OptionGroup var storeOptions: StoreOptions

        @OptionGroup var trust: TrustOptions

        @Flag(help: "Read the groups from Okta first.")
        var refresh = false

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let groups = try await storeOptions.withStore { store in
                if refresh {
                    try await withOktaHTTP(trust) { http in
                        try await SyncEngine(
                            store: store,
                            http: http,
                            logger: .timus("timus.sync")
                        ).refreshCatalogue()
                    }
                }
                return try await store.groups()
            }
            if json { return try Standard.answer(json: groups.map(GroupLine.init)) }
            guard !groups.isEmpty else {
                return Standard.error("No groups. Connect an Okta org with `timus okta connect`.")
            }
            var table = TextTable("NAME", "MEMBERS", "CHOSEN", "ID")
            table.rows = groups.map { entry in
                let members = entry.memberCount.map(String.init) ?? "–"
                return [
                    entry.group.name + (entry.missingSince == nil ? "" : " (not found in Okta)"), members,
                    entry.isChosen ? "yes" : "no", entry.group.id.rawValue,
                ]
            }
            table.lines.forEach(Standard.answer)
        }
    }

    struct Choose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add to the chosen groups, or take away with --remove; a --site is allowed to those groups.",
            discussion: "Run `timus sync` afterwards; a server that runs does so by itself."
        )

        @Option(parsing: .upToNextOption, help: "The names or ids of groups; may be given several times.")
        var group: [String]

        @Option(parsing: .upToNextOption, help: "The names of sites; may be given several times.")
        var site: [String] = []

        @Flag(help: "Take the groups, or with --site those sites, away.")
        var remove = false

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let groups = try await storeOptions.withStore { store in
                let known = try await store.groups()
                let named = try group.map { try known.group(named: $0) }
                var sites: [Site.ID] = []
                for name in site { sites.append(try await store.site(named: name).id) }
                try await change(named, sites, known: known, in: store)
                return try await store.groups().filter(\.isChosen)
            }
            if json { return try Standard.answer(json: groups.map(GroupLine.init)) }
            groups.forEach { Standard.answer($0.group.name) }
        }

        private func change(
            _ named: [GroupEntry],
            _ sites: [Site.ID],
            known: [GroupEntry],
            in store: Store
        ) async throws {
            let ids = Set(named.map(\.group.id))
            let grants = Set(sites.flatMap { site in ids.map { Grant(scope: .group($0), site: site) } })
            let chosen = Set(known.filter(\.isChosen).map(\.group.id))
            let granted = Set(try await store.grants())
            if remove {
                if sites.isEmpty { try await store.chooseGroups(chosen.subtracting(ids), by: .shell) }
                if !sites.isEmpty { try await store.setGrants(granted.subtracting(grants), by: .shell) }
            } else {
                try await store.chooseGroups(chosen.union(ids), by: .shell)
                if !sites.isEmpty { try await store.setGrants(granted.union(grants), by: .shell) }
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Disable the integration: everybody's access ends, users stay and are inactive."
        )

        @Flag(help: "Do it; without, only say what will be lost.")
        var yes = false

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let costs = try await storeOptions.withStore { store in
                guard try await store.oktaIntegration() != nil else {
                    throw Failure.said(
                        "There is no Okta integration to disable.",
                        hint: "Connect one with `timus okta connect`."
                    )
                }
                let costs = try await store.costsOfDisablingOkta()
                if yes { try await store.disableOkta(by: .shell) }
                return costs
            }
            if json { try Standard.answer(json: costs) }
            let sentence =
                "\(costs.users) users become inactive; \(costs.connections) connections and \(costs.sessions) sessions end."
            guard yes else { throw Failure.said("Nothing was disabled. \(sentence)", hint: "Say --yes to do it.") }
            if !json { Standard.answer(sentence) }
        }
    }
}

extension [GroupEntry] {
    /// The group of that id or name, or a sentence on why it is not clear which.
    func group(named text: String) throws -> GroupEntry {
        let found = filter { $0.group.id.rawValue == text || $0.group.name.lowercased() == text.lowercased() }
        guard let entry = found.first else {
            throw Failure.said("There is no Okta group named \(text).", hint: "See `timus okta groups --refresh`.")
        }
        guard found.count == 1 else {
            throw Failure.said(
                "\(found.count) Okta groups are named \(text).",
                hint: "Name one by its id: \(found.map(\.group.id.rawValue).joined(separator: ", "))."
            )
        }
        return entry
    }
}

/// A group as `--json` prints it.
struct GroupLine: Encodable {
    let oktaGroupId: String
    let name: String
    @OrNull var members: Int?
    let chosen: Bool
    @OrNull var missingSince: Date?

    init(_ entry: GroupEntry) {
        oktaGroupId = entry.group.id.rawValue
        name = entry.group.name
        members = entry.memberCount
        chosen = entry.isChosen
        missingSince = entry.missingSince
    }
}

/// A check as `timus okta connect` prints it.
struct CheckLine: Encodable {
    let name: String
    /// null where an earlier failure made the check meaningless.
    @OrNull var passed: Bool?
    @OrNull var detail: String?
    @OrNull var remedy: String?

    init(_ check: ConnectionCheck.Check) {
        name = check.title
        switch check.outcome {
        case .passed(let found):
            passed = true
            detail = found.isEmpty ? nil : found
            remedy = nil
        case .failed(let failure):
            passed = false
            detail = failure.sentence
            remedy = failure.remedy
        case .notRun:
            passed = nil
            detail = nil
            remedy = nil
        }
    }

    var text: String {
        let mark = passed.map { $0 ? "ok     " : "failed " } ?? "not run"
        return "\(mark)  \(name)\(detail.map { ": \($0)" } ?? "")"
    }
}
