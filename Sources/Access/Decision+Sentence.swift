import Directory

extension Decision {
    /// Why, in one sentence for people: Manager, Connect and `timus explain` print it as it is.
    public var sentence: String {
        switch self {
        case .allowed(let permission): permission.sentence
        case .denied(let refusal): refusal.sentence
        }
    }
}

extension Decision.Permission {
    public var sentence: String {
        switch self {
        case .through(let groups): "Allowed through \(groups.map(\.name).formattedList)."
        case .byHand(let override): "Allowed by hand, by \(override.setBy)."
        }
    }
}

extension Decision.Refusal {
    public var sentence: String {
        switch self {
        case .noSuchSite: "There is no such site."
        case .integrationIsDisabled: "The Okta integration is disabled."
        case .banned(let ban): "Banned by \(ban.setBy)."
        case .status(let status): "The user is \(status.rawValue) in Okta."
        case .inNoChosenGroup: "The user is in none of the Okta groups that are synchronized."
        case .remoteAccessIsOff: "Remote access is off for the team Okta Users."
        case .byHand(let override): "Denied by hand, by \(override.setBy)."
        case .notGranted(let groups):
            "The site is not an allowed site of \(groups.map(\.name).formattedList)."
        }
    }
}

extension Decision.Refusal {
    /// The same, said to the user themself: *Okta: your account was suspended.*
    public var sentenceToUser: String {
        switch self {
        case .status(.suspended): "Okta: your account was suspended."
        case .status(.deprovisioned): "Okta: your account was deactivated."
        case .status(.staged), .status(.provisioned): "Okta: your account is not active yet."
        case .status: "Okta does not list your account as active."
        case .inNoChosenGroup: "Okta: you are in no group that is given access."
        case .banned: "An administrator has banned you."
        case .byHand: "An administrator has denied you this network."
        case .notGranted: "No group of yours is given this network."
        default: sentence
        }
    }

    /// A sentence that was kept of a refusal, as it is said to the user; one of another kind as it is.
    public static func sentenceToUser(for kept: String) -> String {
        let refusals = User.Status.allCases.map { Decision.Refusal.status($0) } + [.inNoChosenGroup]
        return refusals.first { $0.sentence == kept }?.sentenceToUser ?? kept
    }
}

extension [String] {
    /// `A`, `A and B`, `A, B and C`.
    fileprivate var formattedList: String {
        guard let last, count > 1 else { return first ?? "no group" }
        return dropLast().joined(separator: ", ") + " and " + last
    }
}
