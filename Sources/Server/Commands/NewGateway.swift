import Access
import ArgumentParser
import Storage

/// What is said of a gateway to be added: `timus gateways add` and `timus sites add-gateway`.
struct NewGateway: ParsableArguments {
    static let abstract = "Add a gateway to a site; prints the code with which it enrols."
    static let discussion = "The code is good once, within an hour, and printed only now."

    @Argument(help: "The site's name.")
    var site: String

    @Option(help: ArgumentHelp("Where Connect reaches it by UDP.", valueName: "host:port"))
    var endpoint: String

    @Option(help: "Its name; the site's own unless said.")
    var name: String?

    @OptionGroup var storeOptions: StoreOptions

    @Flag(help: "Print JSON with stable fields.")
    var json = false

    func add() async throws {
        let (gateway, code) = try await storeOptions.withStore { store in
            let site = try await store.site(named: site)
            return try await store.addGateway(
                site: site.id,
                name: name ?? site.name,
                endpoint: endpoint,
                by: .shell
            )
        }
        let answer = GatewayCode(gateway, code)
        if json { return try Standard.answer(json: answer) }
        answer.say()
    }
}
