import WebUI

/// The pages of *Settings*.
struct SettingsTabs: Component {
    enum Tab {
        case integrations
        case notifications
    }

    let current: Tab

    var html: HTML {
        Tabs(
            "Settings",
            [
                .init("Integrations", to: OktaPath.integrations, isCurrent: current == .integrations),
                .init("Notifications", to: NotificationsPage.path, isCurrent: current == .notifications),
            ]
        ).html
    }
}
