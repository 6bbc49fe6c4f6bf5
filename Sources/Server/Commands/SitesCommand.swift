import Access
import ArgumentParser
import Directory
import Storage

/// `timus sites`: the private networks.
struct SitesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sites",
        abstract: "List, add and remove sites, add gateways to them, set their leases.",
        subcommands: [List.self, Add.self, Remove.self, AddGateway.self, SetLease.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the sites.")

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let lines = try await storeOptions.withStore { store in
                var lines: [SiteLine] = []
                for site in try await store.sites() {
                    lines.append(SiteLine(site, lease: try await store.lease(of: site.id)))
                }
                return lines
            }
            if json { return try Standard.answer(json: lines) }
            guard !lines.isEmpty else {
                return Standard.error("No sites. Add one with `timus sites add NAME RANGE`.")
            }
            var table = TextTable("NAME", "ADDRESS RANGE", "LEASE")
            table.rows = lines.map { [$0.name, $0.addressRange.description, "\($0.leaseSeconds) s"] }
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

    /// The same as `timus gateways add`.
    struct AddGateway: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-gateway",
            abstract: NewGateway.abstract,
            discussion: NewGateway.discussion
        )

        @OptionGroup var gateway: NewGateway

        func run() async throws {
            try await gateway.add()
        }
    }

    struct SetLease: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-lease",
            abstract: "Say for how long a site's gateways let people in without hearing from Timus."
        )

        @Argument(help: "The site's name.")
        var site: String

        @Argument(help: "Seconds, 60 to 86400.")
        var seconds: Int

        @OptionGroup var storeOptions: StoreOptions

        func validate() throws {
            guard Site.leaseRange.contains(seconds) else { throw ValidationError("A lease is 60 to 86400 seconds.") }
        }

        func run() async throws {
            try await storeOptions.withStore { store in
                try await store.setLease(seconds, of: try await store.site(named: site).id, by: .shell)
            }
        }
    }
}

/// A site as `timus sites --json` prints it.
private struct SiteLine: Encodable {
    let id: Site.ID
    let name: String
    let addressRange: AddressRange
    /// For how long a gateway lets people in without hearing from Timus.
    let leaseSeconds: Int

    init(_ site: Site, lease: Int) {
        id = site.id
        name = site.name
        addressRange = site.addressRange
        leaseSeconds = lease
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
