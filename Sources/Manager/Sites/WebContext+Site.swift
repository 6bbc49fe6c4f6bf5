import Access
import Directory
import Hummingbird
import SignIn
import Storage

extension WebContext {
    /// The site that the path names; else 404.
    func site(in store: Store) async throws -> Site {
        guard let site = try await store.site(Site.ID(try parameters.require("site"))) else {
            throw HTTPError(.notFound)
        }
        return site
    }

    /// The gateway that the path names, with its site; 404 where it is another's.
    func gateway(in store: Store) async throws -> (Site, Gateway) {
        let site = try await site(in: store)
        let id = Gateway.ID(try parameters.require("gateway"))
        guard let gateway = try await store.gateway(id), gateway.site == site.id else { throw HTTPError(.notFound) }
        return (site, gateway)
    }
}
