import Foundation

extension Org {
    /// What the console shows under the account's name, to be copied: the host alone where the org is reached by https, else
    /// the whole origin.
    var shownDomain: String {
        let origin = origin
        return origin.hasPrefix("https://") ? String(origin.dropFirst("https://".count)) : origin
    }

    /// The org's own id, `00o…`; also what ID tokens name as the identity provider.
    var organisationID: String { "00o" + userTypeID.dropFirst(3) }

    /// A link for someone whose password has just been checked and has expired. No mail goes out.
    func passwordChangeLink(for person: Person) -> PasswordLink {
        let second = second
        return change { $0.passwordLink(for: person, purpose: .recovery, at: second) }
    }
}
