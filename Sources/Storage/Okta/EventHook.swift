public import Directory
public import Foundation

/// Where Okta tells us of changes at once: what an administrator pastes into *Workflow > Event Hooks* in Okta.
public struct EventHook: Identifiable, Hashable, Sendable {
    public typealias ID = Identifier<EventHook>

    /// Stands in the address; whoever knows it and not the secret gets nothing.
    public let id: ID
    public let createdAt: Date
    /// When Okta asked last whether the address is ours; nil before.
    public let verifiedAt: Date?
    public let lastEventAt: Date?
    /// Okta's name for it, such as `user.lifecycle.suspend`.
    public let lastEventType: String?
}
