import Access
import Directory
import SignIn
import Storage
import WebUI

/// What the tab *Preferences* asks for: as it is kept, or as it was posted.
struct PreferencesForm: Equatable, Sendable {
    enum Name {
        static let synchronization = "synchronization"
        static let groups = "group[]"
        static let sites = "site[]"
        static let remoteAccess = "remote_access"
        static let search = "search"
        /// The button that was pressed.
        static let action = "action"
    }

    /// Bytes: 10,000 groups at 30 bytes each, and the sites.
    static let largest = 512 << 10

    var synchronization: Bool
    var groups: Set<Group.ID>
    /// Those that every chosen group may reach.
    var sites: Set<Site.ID>
    var remoteAccess: Bool
    /// Narrows the list of groups; nothing of it is kept.
    var search = ""

    init(_ integration: OktaIntegration, entries: [GroupEntry], grants: [Grant]) {
        synchronization = integration.synchronization
        groups = Set(entries.filter(\.isChosen).map(\.id))
        sites = Set(grants.filter { $0.scope == .everyChosenGroup }.map(\.site))
        remoteAccess = integration.remoteAccess
    }

    /// Groups and sites that are not, or no longer, there are left out.
    init(_ form: Form, entries: [GroupEntry], known: [Site]) {
        synchronization = form.value(Name.synchronization) == "on"
        groups = Set(form.values(Name.groups).map { Group.ID($0) }).intersection(entries.map(\.id))
        sites = Set(form.values(Name.sites).map { Site.ID($0) }).intersection(known.map(\.id))
        remoteAccess = form.value(Name.remoteAccess) == "on"
        search = form.value(Name.search)
    }

    /// What must be mended before it can be kept.
    var errors: FormErrors {
        guard synchronization, groups.isEmpty else { return FormErrors() }
        return FormErrors("Choose at least one group, or turn Synchronization Status OFF", field: Name.groups)
    }
}
