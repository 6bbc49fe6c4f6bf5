import Access
import ConnectAPI
import Directory
import Foundation
import Hummingbird
import SignIn
import Storage

/// The networks that the signed-in user may reach now.
struct NetworksRoute: Sendable {
    let store: Store

    func add(to router: Router<WebContext>) {
        router.get(RouterPath(ConnectPath.networks)) { request, _ in
            let (user, _) = try await connectUser(request, store)
            guard let facts = try await store.accessFacts(for: user.id) else { throw SignIn.Problem.noNetwork }
            return Response.json(try await list(for: facts))
        }
    }

    private func list(for facts: AccessFacts) async throws -> NetworkList {
        var networks: [Network] = []
        for site in facts.allowedSites {
            networks.append(
                Network(
                    id: site.id.rawValue,
                    name: site.name,
                    addressRange: site.addressRange.description,
                    reason: facts.decision(for: site.id).sentence,
                    hasGateway: try await store.gateways(of: site.id).contains(where: \.isEnrolled)
                )
            )
        }
        return NetworkList(
            organisation: try await store.organisationName(),
            networks: networks,
            notice: networks.isEmpty
                ? facts.refusalForEverySite?.sentenceToUser ?? "None of your groups has a site." : nil
        )
    }
}
