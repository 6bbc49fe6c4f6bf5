import AsyncHTTPClient
import ConnectServer
import GatewayServer
import Hummingbird
import Logging
import Manager
import Notify
import Okta
import OktaEvents
import ServiceLifecycle
import SignIn
import Storage
import Sync
import UnixSignals

/// Puts the server together: settings in, services out. The only place that sees everything.
struct Wiring: Sendable {
    let store: Store
    let settings: WebSettings
    let intervals: SyncIntervals
    let rateShare: Double
    let logger: Logger
    let http: HTTPClient
    let sync: SyncEngine
    let events: EventInbox
    let messenger: Messenger
    let notifications: NotificationService

    /// - Parameter mail: The mail server; nil where administrators are not told by mail.
    init(
        store: Store,
        settings: WebSettings,
        intervals: SyncIntervals,
        rateShare: Double = 0.5,
        mail: MailServer? = nil,
        logger: Logger
    ) {
        self.store = store
        self.settings = settings
        self.intervals = intervals
        self.rateShare = rateShare
        self.logger = logger
        http = HTTPClient(configuration: OktaClient.httpConfiguration())
        sync = SyncEngine(
            store: store,
            http: http,
            share: rateShare,
            logger: .timus("timus.sync")
        )
        events = EventInbox(store: store, logger: .timus("timus.events"))
        messenger = Messenger(
            mailer: mail.map { Mailer($0) },
            http: http,
            publicURL: settings.publicURL,
            allowsLocalWebhooks: settings.allowLocalOkta
        )
        notifications = NotificationService(store: store, messenger: messenger, logger: .timus("timus.notify"))
    }

    /// Every page and API on one router.
    func router() -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        router.addWebMiddleware(store: store, settings: settings)
        SignInRoutes(store: store, settings: settings, http: http).add(to: router)
        ManagerRoutes(
            store: store,
            sync: sync,
            messenger: messenger,
            settings: settings,
            http: http,
            rateShare: rateShare,
            onEventHookRenewed: events.forgetHooks,
            logger: logger
        ).add(to: router)
        ConnectRoutes(store: store, settings: settings).add(to: router)
        GatewayRoutes(store: store).add(to: router)
        OktaEventsRoutes(inbox: events, engine: sync).add(to: router)
        return router
    }

    /// Serves until SIGTERM or SIGINT, then ends what is running, at most 4 seconds later.
    ///
    /// - Parameters:
    ///   - others: Services that start before and end after the server.
    ///   - ready: Called with the address once connections are accepted.
    func serve(
        on listener: Listener,
        beside others: [any Service],
        ready: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let application = Application(
            router: router(),
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(address: .hostname(listener.host, port: listener.port)),
            onServerRunning: { _ in try? await ready(listener.address) },
            logger: logger
        )
        var configuration = ServiceGroupConfiguration(
            services: others + [SyncService(engine: sync, every: intervals), events, notifications, application],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(4)
        let result: Result<Void, any Error>
        do {
            result = .success(try await ServiceGroup(configuration: configuration).run())
        } catch {
            result = .failure(error)
        }
        await messenger.mailer?.close()
        try? await http.shutdown()
        await store.close()
        try result.get()
    }
}
