import Access
import Directory
import Storage
import WebUI

/// Where the pages of the sites are.
enum SitePath {
    static let sites: Path = "/sites"
    static let new: Path = "/sites/new"

    static func site(_ id: Site.ID) -> Path { "/sites/\(id)" }
    static func removal(_ id: Site.ID) -> Path { "\(site(id))/remove" }
    static func lease(_ id: Site.ID) -> Path { "\(site(id))/lease" }
    static func drop(_ connection: Connection) -> Path { "\(site(connection.site))/connections/\(connection.id)/drop" }

    static func gateways(_ id: Site.ID) -> Path { "\(site(id))/gateways" }
    static func newGateway(_ id: Site.ID) -> Path { "\(gateways(id))/new" }
    static func gateway(_ gateway: Gateway) -> Path { "\(gateways(gateway.site))/\(gateway.id)" }
    static func newCode(_ gateway: Gateway) -> Path { "\(self.gateway(gateway))/code" }
    static func removal(_ gateway: Gateway) -> Path { "\(self.gateway(gateway))/remove" }
}
