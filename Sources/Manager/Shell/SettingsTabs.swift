import WebUI

/// The pages of *Settings*.
struct SettingsTabs: Component {
    enum Tab {
        case integrations
        case connect
        case notifications
    }

    let current: Tab

    var html: HTML {
        Tabs(
            "Settings",
            [
                .init("Integrations", to: OktaPath.integrations, isCurrent: current == .integrations),
                .init("Timus Connect", to: ConnectPage.path, isCurrent: current == .connect),
                .init("Notifications", to: NotificationsPage.path, isCurrent: current == .notifications),
            ]
        ).html
    }
}
