import Storage
import WebUI

extension Administrator.Role {
    /// As the pages say it.
    var word: String {
        switch self {
        case .owner: "Owner"
        case .administrator: "Administrator"
        case .viewer: "Viewer"
        }
    }

    /// What the role may do.
    var hint: String {
        switch self {
        case .owner: "Changes everything, administrators included."
        case .administrator: "Changes users, sites and the Okta integration."
        case .viewer: "Sees everything and changes nothing."
        }
    }

    var badge: Badge { Badge(word, self == .owner ? .info : .neutral) }
}
