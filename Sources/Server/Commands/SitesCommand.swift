import Access
import ArgumentParser
import Directory
import Storage

/// `timus sites`: the private networks.
struct SitesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sites",
        abstract: "List, add and remove sites.",
        subcommands: [List.self, Add.self, Remove.self, AddGateway.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the sites.")

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let sites = try await storeOptions.withStore { try await $0.sites() }
            if json { return try Standard.answer(json: sites) }
            guard !sites.isEmpty else {
                return Standard.error("No sites. Add one with `timus sites add NAME RANGE`.")
            }
            var table = TextTable("NAME", "ADDRESS RANGE")
            table.rows = sites.map { [$0.name, $0.addressRange.description] }
            table.lines.forEach(Standard.answer)
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a remote site.")

        @Argument(help: "Its name, for example Berlin.")
        var name: String

        @Argument(help: "Its addresses in CIDR form, for example 10.20.0.0/16.")
        var range: String

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let range: AddressRange
            do {
                range = try AddressRange(self.range)
            } catch {
                throw Failure.usage("\(self.range) is not an address range.", hint: error.hint)
            }
            let site = try await storeOptions.withStore { store in
                try await store.addSite(name: name, addressRange: range, by: .shell)
            }
            if json { return try Standard.answer(json: site) }
            Standard.answer("\(site.name) \(site.addressRange)")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a site; its open connections end, and the grants to it go."
        )

        @Argument(help: "Its name.")
        var name: String

        @OptionGroup var storeOptions: StoreOptions

        func run() async throws {
            try await storeOptions.withStore { store in
                try await store.removeSite(try await store.site(named: name).id, by: .shell)
            }
        }
    }

    struct AddGateway: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-gateway",
            abstract: "Tell Timus of the gateway at a site; prints the token with which it reports."
        )

        @Argument(help: "The site's name.")
        var site: String

        @Option(help: ArgumentHelp("Where Connect reaches it.", valueName: "host:port"))
        var endpoint: String

        @Option(help: ArgumentHelp("Its WireGuard public key, as `wg pubkey` prints it.", valueName: "key"))
        var publicKey: String

        @Option(help: "Its name; the site's own unless said.")
        var name: String?

        @OptionGroup var storeOptions: StoreOptions

        func run() async throws {
            let token = try await storeOptions.withStore { store in
                let site = try await store.site(named: site)
                return try await store.addGateway(
                    site: site.id,
                    name: name ?? site.name,
                    endpoint: endpoint,
                    publicKey: publicKey,
                    by: .shell
                ).token
            }
            Standard.answer(token.value)
        }
    }
}

extension AddressRange.Problem {
    /// What to type instead.
    var hint: String {
        switch self {
        case .notCIDR: "Enter an address and a prefix length, for example 10.20.0.0/16."
        case .prefixLength: "The prefix length is 8 to 32, for example 10.20.0.0/16."
        case .hostBits(let meant): "The range that holds it is \(meant)."
        }
    }
}
