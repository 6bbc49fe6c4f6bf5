import Access
import Directory
import WebUI

extension Standing {
    /// As the pages say it.
    var word: String {
        switch self {
        case .active: "Active"
        case .inactive: "Inactive"
        case .banned: "Banned"
        }
    }

    var badge: Badge {
        switch self {
        case .active: Badge(word, .positive)
        case .inactive: Badge(word, .neutral)
        case .banned: Badge(word, .negative)
        }
    }
}
