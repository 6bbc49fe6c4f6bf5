import Foundation
import Hummingbird
import SignIn
import Storage
import WebUI

/// The frame of the **Okta Integration** window: its status on top, then the tabs.
struct OktaWindow: Sendable {
    enum Tab {
        case preferences
        case configuration
        case eventHook
        case universalLogout
        case rateLimits
    }

    let shell: Shell
    let integration: OktaIntegration?
    let tab: Tab
    /// When the page before asked for a synchronization.
    var requestedAt: Date?

    /// Preferences are locked until the configuration holds.
    var isSetUp: Bool { integration?.isEnabled ?? false }

    func page(
        _ content: HTML,
        hasErrors: Bool = false,
        for visitor: Visitor,
        _ context: WebContext
    ) async throws -> Response {
        let sheet = Shell.Sheet(
            title: "Okta Integration",
            intro: isSetUp
                ? .empty : "Users and groups come from your Okta org, and users sign in with their Okta account.",
            trail: [Link("Integrations", to: OktaPath.integrations)],
            hasErrors: hasErrors,
            showsBanner: false,
            content: "\(try await status(for: visitor))\(tabs)\(content)"
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private func status(for visitor: Visitor) async throws -> OktaStatus? {
        guard let integration, isSetUp else { return nil }
        // One that reads everything may run while an event's is the latest.
        let runs = try await shell.store.syncRuns(limit: 10)
        return OktaStatus(
            integration: integration,
            run: runs.first { $0.state == .running } ?? runs.first,
            schedule: try await shell.store.syncSchedule(),
            held: try await shell.store.heldRun()?.id,
            chosenGroups: try await shell.store.chosenGroups().count,
            users: try await shell.store.userCounts(),
            requestedAt: requestedAt,
            visitor: visitor,
            now: shell.now
        )
    }

    /// Those that come later are shown once there is an integration that they belong to.
    private var tabs: Tabs {
        let preferences = Tabs.Tab(
            "Preferences",
            to: OktaPath.preferences,
            isCurrent: tab == .preferences,
            lockedBecause: isSetUp ? nil : "confirm the configuration first"
        )
        let configuration = Tabs.Tab("Configuration", to: OktaPath.configuration, isCurrent: tab == .configuration)
        let later = [
            Tabs.Tab("Event hook", to: OktaPath.eventHook, isCurrent: tab == .eventHook),
            Tabs.Tab("Universal Logout", to: OktaPath.universalLogout, isCurrent: tab == .universalLogout),
            Tabs.Tab("Rate limits", to: OktaPath.rateLimits, isCurrent: tab == .rateLimits),
        ]
        return Tabs("Okta Integration", [preferences, configuration] + (isSetUp ? later : []))
    }
}
