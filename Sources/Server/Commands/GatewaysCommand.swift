import Access
import ArgumentParser
import Directory
import Foundation
import Storage

/// `timus gateways`: the machines that hold the sites' ends of the tunnels.
struct GatewaysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateways",
        abstract: "List and add gateways, give them new codes, rename and remove them.",
        subcommands: [List.self, Add.self, NewCode.self, Rename.self, Remove.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the gateways and how they do.")

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let lines = try await storeOptions.withStore { store in
                let (sites, revisions) = (try await store.sites(), try await store.siteRevisions())
                return try await store.gateways().map { gateway in
                    GatewayLine(
                        gateway,
                        site: sites.first { $0.id == gateway.site },
                        revision: revisions[gateway.site] ?? 0,
                        now: store.now()
                    )
                }
            }
            if json { return try Standard.answer(json: lines) }
            guard !lines.isEmpty else {
                return Standard.error("No gateways. Add one with `timus gateways add SITE --endpoint HOST:PORT`.")
            }
            var table = TextTable("NAME", "SITE", "ENDPOINT", "STATUS", "LAST SEEN", "VERSION")
            table.rows = lines.map {
                [
                    $0.name, $0.site, $0.endpoint, $0.status.words, $0.lastSeenAt?.formatted(.iso8601) ?? "–",
                    $0.version ?? "–",
                ]
            }
            table.lines.forEach(Standard.answer)
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: NewGateway.abstract,
            discussion: NewGateway.discussion
        )

        @OptionGroup var gateway: NewGateway

        func run() async throws {
            try await gateway.add()
        }
    }

    struct NewCode: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a code by which a machine enrols in a gateway's place, once, within an hour.",
            discussion: "When it is used, the key and the token of the machine before end."
        )

        @Argument(help: "The gateway's name.")
        var name: String

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let (gateway, code) = try await storeOptions.withStore { store in
                let id = try await store.gateway(named: name).id
                let code = try await store.renewCode(ofGateway: id, by: .shell)
                return (try await store.gateway(named: name), code)
            }
            let answer = GatewayCode(gateway, code)
            if json { return try Standard.answer(json: answer) }
            answer.say()
        }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Rename a gateway.")

        @Argument(help: "The gateway's name.")
        var name: String

        @Argument(help: "Its new name.")
        var newName: String

        @OptionGroup var storeOptions: StoreOptions

        func run() async throws {
            try await storeOptions.withStore { store in
                try await store.renameGateway(try await store.gateway(named: name).id, to: newName, by: .shell)
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a gateway; it cuts everybody off as soon as it is told."
        )

        @Argument(help: "The gateway's name.")
        var name: String

        @OptionGroup var storeOptions: StoreOptions

        func run() async throws {
            try await storeOptions.withStore { store in
                try await store.removeGateway(try await store.gateway(named: name).id, by: .shell)
            }
        }
    }
}

extension Store {
    /// The gateway with that name, in any case.
    fileprivate func gateway(named name: String) async throws -> Gateway {
        let gateways = try await gateways()
        guard let gateway = gateways.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            let names = gateways.map(\.name).joined(separator: ", ")
            throw Failure.said(
                "There is no gateway named \(name).",
                hint: names.isEmpty ? "Add one with `timus gateways add`." : "The gateways are: \(names)."
            )
        }
        return gateway
    }
}
