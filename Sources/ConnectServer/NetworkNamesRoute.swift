import Access
import ConnectAPI
import Directory
import Foundation
import Hummingbird
import SignIn
import Storage

/// Connect's first screen: the names of the networks for an e-mail address, before anybody signed in.
///
/// This is a trade-off. The guide promises that the user sees their networks between the e-mail screen and Okta, so whoever knows
/// a person's address learns the names of that person's networks. What keeps it small:
/// - names only: no address range, no gateway, no reason, no name of a person or group;
/// - an address that nobody has, a suspended user and one without networks get the same bytes, so that the answer tells
///   neither who works here nor who has left;
/// - every answer takes the same time (``pace``), whatever was looked up;
/// - one source may ask ``SourceLimit/burst`` times at once and then once every few seconds, whatever the answer;
/// - the choice is a hint: access is decided after the sign-in and when a connection is opened.
struct NetworkNamesRoute: Sendable {
    /// How long each answer takes at least; more than the lookup needs.
    private static let pace = Duration.milliseconds(120)

    let store: Store
    private let limit = SourceLimit()

    init(store: Store) {
        self.store = store
    }

    func add(to router: Router<WebContext>) {
        router.post(RouterPath(ConnectPath.networks)) { request, context in
            let start = ContinuousClock.now
            try await limit.admit(context.address)
            let lookup = try await request.message(NetworkLookup.self)
            let answer = try await names(for: lookup.email.trimmingCharacters(in: .whitespaces))
            try await Task.sleep(until: start + Self.pace)
            return Response.json(answer)
        }
    }

    private func names(for email: String) async throws -> NetworkNames {
        var names: Set<String> = []
        for user in try await store.users(email: email) {
            names.formUnion(try await store.accessFacts(for: user.id)?.allowedSites.map(\.name) ?? [])
        }
        return NetworkNames(
            organisation: try await store.organisationName(),
            networks: names.sorted(),
            notice: names.isEmpty ? "No networks are listed for this address." : nil
        )
    }
}
