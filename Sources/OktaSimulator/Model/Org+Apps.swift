import Foundation

extension Org {
    /// Makes an app integration with a new client secret.
    @discardableResult
    public func createApp(_ settings: AppSettings) throws(OktaFailure) -> AppIntegration {
        try Self.check(settings)
        let second = second
        return change { state in
            let app = AppIntegration(
                id: state.ids.next("0oa"),
                label: settings.label,
                clientSecret: RandomText.secret(64),
                signInRedirectURIs: settings.signInRedirectURIs,
                signOutRedirectURIs: settings.signOutRedirectURIs,
                grantTypes: settings.grantTypes,
                requiresPKCE: settings.requiresPKCE,
                initiateLoginURI: settings.initiateLoginURI,
                universalLogout: nil,
                grantedScopes: [],
                assignedPeople: [:],
                assignedGroups: [:],
                isActive: true,
                created: second,
                lastUpdated: second
            )
            state.apps[app.id] = app
            state.appIDs.insert(app.id)
            return app
        }
    }

    @discardableResult
    public func updateApp(_ id: AppIntegration.ID, _ settings: AppSettings) throws(OktaFailure) -> AppIntegration {
        try Self.check(settings)
        return try changeApp(id) { app in
            app.label = settings.label
            app.signInRedirectURIs = settings.signInRedirectURIs
            app.signOutRedirectURIs = settings.signOutRedirectURIs
            app.grantTypes = settings.grantTypes
            app.requiresPKCE = settings.requiresPKCE
            app.initiateLoginURI = settings.initiateLoginURI
        }
    }

    /// The old secret stops working at once.
    @discardableResult
    public func renewClientSecret(_ id: AppIntegration.ID) throws(OktaFailure) -> AppIntegration {
        try changeApp(id) { $0.clientSecret = RandomText.secret(64) }
    }

    public func setActive(_ isActive: Bool, app id: AppIntegration.ID) throws(OktaFailure) {
        try changeApp(id) { $0.isActive = isActive }
    }

    public func deleteApp(_ id: AppIntegration.ID) throws(OktaFailure) {
        try change { (state) throws(OktaFailure) in
            guard try !state.app(id).isActive else {
                throw OktaFailure(
                    code: "E0000056",
                    status: 403,
                    summary: "Delete application forbidden.",
                    causes: ["The application must be deactivated before deletion."]
                )
            }
            state.apps[id] = nil
            state.appIDs.remove(id)
        }
    }

    public func app(_ id: AppIntegration.ID) -> AppIntegration? { read { $0.apps[id] } }

    public func app(clientID: String) -> AppIntegration? { app(AppIntegration.ID(clientID)) }

    /// App integrations in the order of making.
    public var apps: [AppIntegration] { read { state in state.appIDs.all.compactMap { state.apps[$0] } } }

    public func grantScope(_ scope: String, to id: AppIntegration.ID) throws(OktaFailure) {
        try changeApp(id) { $0.grantedScopes.insert(scope) }
    }

    public func revokeScope(_ scope: String, from id: AppIntegration.ID) throws(OktaFailure) {
        try changeApp(id) { $0.grantedScopes.remove(scope) }
    }

    public func assign(_ person: Person.ID, to id: AppIntegration.ID) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            let (person, app) = (try state.person(person), try state.app(id))
            guard app.assignedPeople[person.id] == nil else { return }
            state.apps[id]?.assignedPeople[person.id] = second
            state.apps[id]?.lastUpdated = second
            state.record(.appUserAdd, .init(person), .init(app))
        }
    }

    public func unassign(_ person: Person.ID, from id: AppIntegration.ID) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            let app = try state.app(id)
            guard app.assignedPeople[person] != nil else { return }
            state.apps[id]?.assignedPeople[person] = nil
            state.apps[id]?.lastUpdated = second
            if let person = state.people[person] { state.record(.appUserRemove, .init(person), .init(app)) }
        }
    }

    public func assign(_ group: Group.ID, to id: AppIntegration.ID, priority: Int? = nil) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            let (group, app) = (try state.group(group), try state.app(id))
            let kept = app.assignedGroups[group.id]
            state.apps[id]?.assignedGroups[group.id] = AppIntegration.GroupAssignment(
                at: kept?.at ?? second,
                priority: priority ?? kept?.priority ?? app.assignedGroups.count
            )
            state.apps[id]?.lastUpdated = second
            state.record(kept == nil ? .appGroupAdd : .appGroupUpdate, .init(group), .init(app))
        }
    }

    public func unassign(_ group: Group.ID, from id: AppIntegration.ID) throws(OktaFailure) {
        let second = second
        try change { (state) throws(OktaFailure) in
            let app = try state.app(id)
            guard app.assignedGroups[group] != nil else { return }
            state.apps[id]?.assignedGroups[group] = nil
            state.apps[id]?.lastUpdated = second
            if let group = state.groups[group] { state.record(.appGroupRemove, .init(group), .init(app)) }
        }
    }

    /// Whether the person was given the app, themselves or through a group. Says nothing of the person's status.
    public func isAssigned(_ person: Person.ID, to id: AppIntegration.ID) -> Bool {
        read { state in
            guard let app = state.apps[id], state.people[person] != nil else { return false }
            return app.assignedPeople[person] != nil
                || app.assignedGroups.keys.contains { state.members(of: $0).contains(person) }
        }
    }

    /// The apps that a person was given, in the order of making.
    public func apps(of person: Person.ID) -> [AppIntegration] {
        apps.filter { isAssigned(person, to: $0.id) }
    }

    @discardableResult
    func changeApp(
        _ id: AppIntegration.ID,
        _ body: (inout AppIntegration) -> Void
    ) throws(OktaFailure) -> AppIntegration {
        let second = second
        return try change { (state) throws(OktaFailure) in
            var app = try state.app(id)
            body(&app)
            app.lastUpdated = second
            state.apps[id] = app
            return app
        }
    }

    private static func check(_ settings: AppSettings) throws(OktaFailure) {
        if settings.label.isEmpty { throw .validation("label", "label: The field cannot be left blank") }
        if settings.label.count > 100 { throw .validation("label", "label: String is too long") }
        if settings.signInRedirectURIs.isEmpty {
            throw .validation(
                "redirect_uris",
                "redirect_uris: At least one sign-in redirect URI is needed"
            )
        }
        let ownURIs = [settings.initiateLoginURI].compactMap(\.self)
        for uri in settings.signInRedirectURIs + settings.signOutRedirectURIs + ownURIs {
            guard let url = URL(string: uri), url.scheme != nil, url.host() != nil, url.fragment() == nil else {
                throw .validation("redirect_uris", "redirect_uris: '\(uri)' is not a valid redirect URI")
            }
        }
    }
}
