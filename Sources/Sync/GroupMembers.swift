import Directory
import Foundation
import Okta

/// The members of one group, as Okta listed them.
struct GroupMembers: Sendable {
    let users: [User]
    let unreadable: [User.ID]
    let notes: [String]
    let asOf: Date?

    init(_ list: OktaList<OktaUser>) {
        users = list.items.map(User.init)
        unreadable = list.unreadable.map { User.ID($0) }
        notes = list.notes
        asOf = list.asOf
    }
}
