import ConnectAPI
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import SignIn
import Storage

/// Connect's first screen: the names of the networks for an e-mail address, before anybody signed in.
///
/// This is a trade-off. The guide promises that the user sees their networks between the e-mail screen and Okta, so whoever knows
/// a person's address learns the names of that person's networks, unless the organisation shows them to known devices only.
/// What keeps it small:
/// - names only: no address range, no gateway, no reason, no id, no name of a person or group, no e-mail address;
/// - an address that nobody has, one that two have, a suspended user, one without networks and one that was asked for too often
///   get the same bytes, so that an answer without networks does not tell which of them it was;
/// - all answers have the same status, header fields and length, and come on the same beat (``Beat``), after the same work;
/// - one source may ask ``SourceLimit/burst`` times at once and then once every few seconds, whatever the answer; the networks of
///   one user are told ten times a minute, those of all users two hundred times (``DisclosureLimit``), which a device of theirs does not wait for;
/// - administrators are told of a source that tries many addresses (``Enumerations``);
/// - the choice is a hint: access is decided after the sign-in and when a connection is opened.
struct NetworkNamesRoute: Sendable {
    let store: Store
    private let sources = SourceLimit()
    private let disclosures = DisclosureLimit()
    private let enumerations = Enumerations()
    private let beat = Beat()

    init(store: Store) {
        self.store = store
    }

    func add(to router: Router<WebContext>) {
        router.post(RouterPath(ConnectPath.networks)) { request, context in
            try await sources.admit(context.address)
            let lookup = try await request.message(NetworkLookup.self)
            let start = ContinuousClock.now
            let answer = try await answer(to: lookup, from: context)
            try await beat.wait(since: start)
            return answer
        }
    }

    /// The whole answer, so that nothing is left to do when its time has come.
    private func answer(to lookup: NetworkLookup, from context: WebContext) async throws -> Response {
        let screen = try await store.firstScreen(of: lookup.email, deviceToken: lookup.deviceToken)
        await watch(lookup, isKnownDevice: screen.isKnownDevice, context)
        let mayTell = await disclosures.admits(screen.networks.isEmpty || screen.isKnownDevice ? nil : screen.user)
        let isTold = mayTell || (screen.isKnownDevice && !screen.networks.isEmpty)
        let full = names(screen, screen.sites, notice: screen.settings.notice)
        let length = (try full.length() + NetworkNames.bucket - 1) / NetworkNames.bucket * NetworkNames.bucket
        let nothing = names(screen, [], notice: screen.settings.notice)
        let told = isTold ? names(screen, screen.networks, notice: nil) : nothing
        var response = Response.json(try told.padded(to: length))
        // A proxy that compresses would show by the length what the padding hides.
        response.headers[.cacheControl] = "no-store, no-transform"
        return response
    }

    private func names(_ screen: FirstScreen, _ networks: [String], notice: String?) -> NetworkNames {
        NetworkNames(
            organisation: screen.organisation,
            shown: screen.settings.shown,
            networks: networks,
            notice: notice
        )
    }

    /// Counts the address unless its user's own device asks, and tells administrators when there are too many. That this cannot be
    /// written is no reason to answer otherwise.
    private func watch(_ lookup: NetworkLookup, isKnownDevice: Bool, _ context: WebContext) async {
        let source = NetworkSource.of(context.address)
        guard !isKnownDevice, await enumerations.isNews(lookup.email, from: source) else { return }
        do throws(StoreError) {
            try await store.recordEnumeration(from: source, addresses: Enumerations.most + 1)
        } catch {
            context.logger.error("an enumeration was not recorded", metadata: ["error": "\(error)"])
        }
    }
}

extension ConnectSettings {
    fileprivate var shown: NetworkNames.Shown {
        switch firstScreen {
        case .networks: .networks
        case .organisation: .organisation
        }
    }

    /// What stands in place of the networks for everybody of whom nothing is told.
    fileprivate var notice: String {
        switch firstScreen {
        case .networks: "No networks are listed for this address."
        case .organisation: "Your networks are shown after the sign-in."
        }
    }
}
