public import AsyncHTTPClient
public import Hummingbird
public import Logging
public import Notify
public import SignIn
public import Storage
public import Sync
import WebUI

/// The administrator's console, section by section.
public struct ManagerRoutes: Sendable {
    private let shell: Shell

    /// - Parameters:
    ///   - http: A client made with `OktaClient.httpConfiguration()`; the checks of the Okta Integration window go through
    ///     it.
    ///   - rateShare: The part of Okta's rate limits that `sync` may use, from 0 to 1.
    ///   - onEventHookRenewed: Called when the event hook got another address and secret.
    public init(
        store: Store,
        sync: SyncEngine,
        messenger: Messenger,
        settings: WebSettings,
        http: HTTPClient,
        rateShare: Double = 0.5,
        onEventHookRenewed: @escaping @Sendable () -> Void = {},
        logger: Logger
    ) {
        shell = Shell(
            store: store,
            sync: sync,
            messenger: messenger,
            settings: settings,
            http: http,
            rateShare: rateShare,
            onEventHookRenewed: onEventHookRenewed,
            logger: logger
        )
    }

    public func add(to router: Router<WebContext>) {
        router.get("/", use: open)
        #if DEBUG
            router.get("/styleguide") { _, _ in Styleguide.page.html.response() }
        #endif
        StartPages(shell: shell).add(to: router)
        UsersPage(shell: shell).add(to: router)
        UserPages(shell: shell).add(to: router)
        UserAccessRoutes(shell: shell).add(to: router)
        SitesPage(shell: shell).add(to: router)
        AddSitePage(shell: shell).add(to: router)
        SitePage(shell: shell).add(to: router)
        RemoveSitePage(shell: shell).add(to: router)
        AddGatewayPage(shell: shell).add(to: router)
        GatewayPage(shell: shell).add(to: router)
        RemoveGatewayPage(shell: shell).add(to: router)
        AdministratorsPages(shell: shell).add(to: router)
        AdministratorGroupsPage(shell: shell).add(to: router)
        OwnSignInPage(shell: shell).add(to: router)
        EventsPages(shell: shell).add(to: router)

        IntegrationsPage(shell: shell).add(to: router)
        ConfigurationPage(shell: shell).add(to: router)
        PreferencesPage(shell: shell).add(to: router)
        GroupSitesPage(shell: shell).add(to: router)
        PreviewPage(shell: shell).add(to: router)
        EventHookPage(shell: shell).add(to: router)
        UniversalLogoutPage(shell: shell).add(to: router)
        RateLimitsPage(shell: shell).add(to: router)
        SyncRunsPage(shell: shell).add(to: router)
        SyncRunPage(shell: shell).add(to: router)
        DisablePage(shell: shell).add(to: router)

        ConnectPage(shell: shell).add(to: router)
        NotificationsPage(shell: shell).add(to: router)
    }

    /// Manager opens at the users, or where they would come from while there is no integration.
    @Sendable
    private func open(_ request: Request, context: WebContext) async throws -> Response {
        _ = try context.visitor(request)
        let isSetUp = try await shell.store.oktaIntegration() != nil
        return .seeOther(isSetUp ? Section.users.path : OktaPath.integrations)
    }
}
