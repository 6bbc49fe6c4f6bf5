import Foundation

extension Org {
    /// Makes an event hook, active but not verified yet: it is told nothing before `verifyEventHook`.
    @discardableResult
    public func createEventHook(_ settings: EventHook.Settings, by person: Person.ID) throws(OktaFailure) -> EventHook {
        try settings.check()
        let second = second
        return try change { (state) throws(OktaFailure) in
            try state.checkAnotherHookMayBeActive()
            let hook = EventHook(
                id: state.ids.next("who"),
                settings: settings,
                isActive: true,
                isVerified: false,
                created: second,
                createdBy: person,
                lastUpdated: second
            )
            state.hooks[hook.id] = hook
            state.record(.hookCreate, .init(hook))
            return hook
        }
    }

    /// A hook that reaches another address then, or with other headers, must be verified again.
    @discardableResult
    public func replaceEventHook(_ id: EventHook.ID, _ settings: EventHook.Settings) throws(OktaFailure) -> EventHook {
        try settings.check()
        return try changeEventHook(id, .hookUpdate) { (hook, _) throws(OktaFailure) in
            if settings.reachesElsewhere(than: hook.settings) { hook.isVerified = false }
            hook.settings = settings
        }
    }

    @discardableResult
    public func setActive(_ isActive: Bool, eventHook id: EventHook.ID) throws(OktaFailure) -> EventHook {
        try changeEventHook(id, isActive ? .hookActivate : .hookDeactivate) { (hook, state) throws(OktaFailure) in
            if isActive && !hook.isActive { try state.checkAnotherHookMayBeActive() }
            hook.isActive = isActive
        }
    }

    /// Takes the address's word that it belongs to whoever named it, as `verifyEventHook` does after asking.
    @discardableResult
    func markVerified(_ id: EventHook.ID) throws(OktaFailure) -> EventHook {
        try changeEventHook(id, .hookVerify) { (hook, _) throws(OktaFailure) in hook.isVerified = true }
    }

    public func deleteEventHook(_ id: EventHook.ID) throws(OktaFailure) {
        try change { (state) throws(OktaFailure) in
            let hook = try state.hook(id)
            guard !hook.isActive else {
                throw OktaFailure(
                    code: OktaFailure.forbidden.code,
                    status: 403,
                    summary: OktaFailure.forbidden.summary,
                    causes: ["The event hook must be deactivated before deletion."]
                )
            }
            state.hooks[id] = nil
            state.record(.hookDelete, .init(hook))
        }
    }

    public func eventHook(_ id: EventHook.ID) -> EventHook? { read { $0.hooks[id] } }

    /// Event hooks in the order of making.
    public var eventHooks: [EventHook] { read { state in state.hooks.values.sorted { $0.id < $1.id } } }

    private func changeEventHook(
        _ id: EventHook.ID,
        _ event: EventType,
        _ body: (inout EventHook, borrowing State) throws(OktaFailure) -> Void
    ) throws(OktaFailure) -> EventHook {
        let second = second
        return try change { (state) throws(OktaFailure) in
            var hook = try state.hook(id)
            try body(&hook, state)
            hook.lastUpdated = second
            state.hooks[id] = hook
            state.record(event, .init(hook))
            return hook
        }
    }
}

extension Org.State {
    func hook(_ id: Org.EventHook.ID) throws(OktaFailure) -> Org.EventHook {
        guard let hook = hooks[id] else { throw .notFound(id.description, "Webhook") }
        return hook
    }

    fileprivate func checkAnotherHookMayBeActive() throws(OktaFailure) {
        guard hooks.values.count(where: \.isActive) < Self.mostActiveHooks else {
            throw .validation("status", "status: An org has at most \(Self.mostActiveHooks) active event hooks")
        }
    }

    private static let mostActiveHooks = 25
}
