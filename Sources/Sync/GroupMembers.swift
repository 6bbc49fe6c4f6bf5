import Directory
import Foundation
import Okta

/// The members of one group, as Okta listed them.
struct GroupMembers: Sendable {
    let users: [User]
    let unreadable: [User.ID]
    let notes: [String]
    let asOf: Date?
    /// How many members Okta counts; nil where it did not say.
    let count: Int?

    init(_ list: OktaList<OktaUser>, count: Int?) {
        users = list.items.map(User.init)
        unreadable = list.unreadable.map { User.ID($0) }
        notes = list.notes
        asOf = list.asOf
        self.count = count
    }

    /// Whether Okta counts more members than it lists: somebody just left, or a part of the list is missing.
    var areTooFew: Bool { users.count + unreadable.count < count ?? 0 }
}

/// What came of asking for the members of a group.
enum MembersAnswer: Sendable {
    case members(GroupMembers)
    /// The group is not in Okta any more.
    case gone
    /// The group is in Okta, and its members are not found there.
    case contradiction
}
