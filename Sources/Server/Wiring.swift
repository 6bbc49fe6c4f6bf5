import AsyncHTTPClient
import ConnectServer
import GatewayServer
import Hummingbird
import HummingbirdCore
import Logging
import Manager
import NIOCore
import Notify
import Okta
import OktaEvents
import ServiceLifecycle
import SignIn
import Storage
import Sync
import Tunnels
import UnixSignals

/// Puts the server together: settings in, services out. The only place that sees everything.
struct Wiring: Sendable {
    let store: Store
    let settings: WebSettings
    let intervals: SyncIntervals
    let rateShare: Double
    let logger: Logger
    /// Speaks to Okta.
    let http: HTTPClient
    /// Speaks to the webhooks' receivers, which Okta's authorities have nothing to do with.
    private let webhooks: HTTPClient
    let sync: SyncEngine
    let events: EventInbox
    let messenger: Messenger
    let notifications: NotificationService
    let watch: SiteWatch

    /// - Parameters:
    ///   - mail: The mail server; nil where administrators are not told by mail.
    ///   - okta: How Okta is spoken to; made by `OktaClient.httpConfiguration()`.
    init(
        store: Store,
        settings: WebSettings,
        intervals: SyncIntervals,
        rateShare: Double = 0.5,
        mail: MailServer? = nil,
        okta: HTTPClient.Configuration = OktaClient.httpConfiguration(),
        logger: Logger
    ) {
        self.store = store
        self.settings = settings
        self.intervals = intervals
        self.rateShare = rateShare
        self.logger = logger
        http = HTTPClient(configuration: okta)
        webhooks = HTTPClient(configuration: OktaClient.httpConfiguration())
        sync = SyncEngine(
            store: store,
            http: http,
            share: rateShare,
            logger: .timus("timus.sync")
        )
        events = EventInbox(store: store, logger: .timus("timus.events"))
        messenger = Messenger(
            mailer: mail.map { Mailer($0) },
            http: webhooks,
            publicURL: settings.publicURL,
            allowsLocalWebhooks: settings.allowLocalOkta
        )
        notifications = NotificationService(store: store, messenger: messenger, logger: .timus("timus.notify"))
        watch = SiteWatch(store: store, logger: .timus("timus.tunnels"))
    }

    /// Closes the connections to others; what was wired is of no use after that.
    func shutDown() async {
        await messenger.mailer?.close()
        try? await http.shutdown()
        try? await webhooks.shutdown()
    }

    /// Every page and API on one router, and 405 for what they do not have.
    func router() -> Router<WebContext> {
        let router = routes()
        router.refuseOtherMethods()
        return router
    }

    /// Every page and API.
    func routes() -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: LongAnswers())
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
        ConnectRoutes(store: store, settings: settings, watch: watch).add(to: router)
        GatewayRoutes(store: store, watch: watch, logger: .timus("timus.tunnels")).add(to: router)
        OktaEventsRoutes(inbox: events, engine: sync).add(to: router)
        return router
    }

    /// What a client may send, and how long it may take. The largest request of ours has about 4 kB of headers.
    private var connection: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                AnswerHeaders(settings: settings), RequestDeadlines(head: .seconds(30), body: .seconds(60)),
            ],
            idleTimeout: .seconds(60),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10,
                maxHeaderListSize: 32 << 10,
                maxHeaderFieldCount: 100
            )
        )
    }

    /// Serves until SIGTERM or SIGINT, then ends what is running, at most 4 seconds later.
    ///
    /// - Parameters:
    ///   - certificate: For TLS; nil for plain HTTP.
    ///   - others: Services that start before and end after the server.
    ///   - ready: Called with the address once connections are accepted.
    func serve(
        on listener: Listener,
        with certificate: ServerCertificate? = nil,
        beside others: [any Service],
        ready: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let certificates: [any Service] = certificate.map { [$0] } ?? []
        let application = Application(
            router: router(),
            server: HTTPServerBuilder { responder in
                let http = HTTP1Channel(responder: responder, configuration: connection)
                return ClientConnection(http: http, certificate: certificate)
            },
            configuration: ApplicationConfiguration(address: .hostname(listener.host, port: listener.port)),
            onServerRunning: { _ in
                try? await ready(certificate == nil ? listener.address : listener.secureAddress)
            },
            logger: logger
        )
        var configuration = ServiceGroupConfiguration(
            services: others + certificates + [
                SyncService(engine: sync, every: intervals), events, notifications,
                RefusalCounts(store: store, logger: logger), watch,
                ConnectionExpiry(store: store, logger: .timus("timus.tunnels")),
                application,
            ],
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
        await shutDown()
        await store.close()
        try result.get()
    }
}
