import Access
import ArgumentParser
import Directory
import Storage

/// `timus explain E-MAIL SITE`: may this user reach this site now, and why.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether a user may reach a site, and why.",
        discussion: "Exits with 0 whether access is allowed or denied: the answer is on stdout."
    )

    @Argument(help: ArgumentHelp("The user's e-mail, Okta username or Okta user id.", valueName: "e-mail"))
    var user: String

    @Argument(help: "The site's name.")
    var site: String

    @OptionGroup var storeOptions: StoreOptions

    @Flag(help: "Print JSON with stable fields.")
    var json = false

    func run() async throws {
        let answers = try await storeOptions.withStore { store in
            let site = try await store.site(named: self.site)
            return try await store.facts(ofUsersNamed: user).map { Answer(facts: $0, site: site) }
        }
        if json { return try Standard.answer(json: answers) }
        for answer in answers {
            let verdict = answer.allowed ? "yes" : "no"
            Standard.answer("\(answer.login), \(answer.site): \(verdict). \(answer.reason)")
        }
    }

    struct Answer: Encodable {
        let oktaUserId: String
        let login: String
        let site: String
        let allowed: Bool
        let reason: String

        init(facts: AccessFacts, site: Site) {
            let decision = facts.decision(for: site.id)
            oktaUserId = facts.user.id.rawValue
            login = facts.user.login
            self.site = site.name
            allowed = decision.isAllowed
            reason = decision.sentence
        }
    }
}

extension Store {
    /// The site of that name, or a sentence with the names there are.
    func site(named name: String) async throws -> Site {
        let sites = try await sites()
        guard let site = sites.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            throw Failure.said(
                "There is no site named \(name).",
                hint: sites.isEmpty
                    ? "Add one with `timus sites add NAME RANGE`."
                    : "The sites are \(sites.map(\.name).joined(separator: ", "))."
            )
        }
        return site
    }

    /// The facts of every user with that e-mail, username or Okta user id; never empty.
    func facts(ofUsersNamed text: String) async throws -> [AccessFacts] {
        var users = try await users(email: text)
        if users.isEmpty, let user = try await user(.init(text)) { users = [user] }
        guard !users.isEmpty else {
            throw Failure.said(
                "Nobody known has the e-mail \(text).",
                hint: "See `timus users`; a user appears with the first sync of a chosen group that they are in."
            )
        }
        var facts: [AccessFacts] = []
        for user in users {
            if let fact = try await accessFacts(for: user.id) { facts.append(fact) }
        }
        return facts
    }
}
