import Storage
import WebUI

extension OktaIntegration {
    /// The badge of an integration that may not be there, as the pages show it.
    ///
    /// Until its first synchronization is asked for, a new integration waits for its preferences: it is paused rather
    /// than not verified, since every check has just passed.
    static func label(of integration: OktaIntegration?) -> WebUI.Badge {
        let badge = Self.badge(of: integration)
        let isWaiting = badge == .notVerified && integration?.synchronization == false
        return isWaiting ? Badge.paused.label : badge.label
    }
}

extension OktaIntegration.Badge {
    /// The word with its colour and shape.
    fileprivate var label: WebUI.Badge {
        switch self {
        case .notSetUp, .paused: WebUI.Badge(rawValue)
        case .notVerified: WebUI.Badge(rawValue, .info)
        case .active: WebUI.Badge(rawValue, .positive)
        case .warning: WebUI.Badge(rawValue, .warning)
        case .stopped: WebUI.Badge(rawValue, .negative)
        }
    }
}
