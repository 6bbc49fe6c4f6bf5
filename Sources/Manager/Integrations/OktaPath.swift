import Directory
import Storage
import WebUI

import struct Foundation.Date

/// Where the pages of the Okta integration are.
enum OktaPath {
    /// Settings > Integrations.
    static let integrations: Path = "/settings/integrations"
    /// The window: Preferences once the integration is enabled, Configuration before.
    static let window: Path = "/settings/integrations/okta"
    static let configuration: Path = "/settings/integrations/okta/configuration"
    static let preferences: Path = "/settings/integrations/okta/preferences"
    static let preview: Path = "/settings/integrations/okta/preview"
    static let eventHook: Path = "/settings/integrations/okta/event-hook"
    static let eventHookRenewal: Path = "/settings/integrations/okta/event-hook/renewal"
    static let universalLogout: Path = "/settings/integrations/okta/universal-logout"
    static let rateLimits: Path = "/settings/integrations/okta/rate-limits"
    static let runs: Path = "/settings/integrations/okta/sync-runs"
    static let disable: Path = "/settings/integrations/okta/disable"

    /// The allowed sites of one group.
    static func group(_ id: Group.ID) -> Path { "/settings/integrations/okta/groups/\(id)" }

    /// The window after a synchronization was asked for: it says "Queued" until that has begun.
    static func afterRequest(at time: Date) -> Path {
        preferences.query("requested", String(Int(time.timeIntervalSince1970 * 1000)))
    }

    static func run(_ id: SyncRun.ID) -> Path { "\(runs)/\(id)" }
    static func approval(_ id: SyncRun.ID) -> Path { "\(runs)/\(id)/approval" }
    static func discard(_ id: SyncRun.ID) -> Path { "\(runs)/\(id)/discard" }
}
