public import AsyncHTTPClient
public import Hummingbird
public import OIDC
public import Storage

/// Sign-in, Accounts, the authorization server for Connect, and the files that every page refers to.
public struct SignInRoutes: Sendable {
    private let entrance: Entrance

    /// - Parameters:
    ///   - http: speaks to Okta; must not follow redirects (`RelyingParty.httpConfiguration()`).
    ///   - random: as many random bytes as asked for.
    public init(
        store: Store,
        settings: WebSettings,
        http: HTTPClient,
        random: @escaping @Sendable (Int) -> [UInt8] = RelyingParty.systemRandom
    ) {
        entrance = Entrance(
            store: store,
            settings: settings,
            okta: OktaProvider(store: store, settings: settings, http: http),
            random: random
        )
    }

    /// Expects ``addWebMiddleware(store:settings:)`` before it.
    public func add(to router: Router<WebContext>) {
        AssetRoutes().add(to: router)
        EmailPage(entrance: entrance).add(to: router)
        PasswordPage(entrance: entrance).add(to: router)
        SecondFactorPage(entrance: entrance).add(to: router)
        StartAtOkta(entrance: entrance).add(to: router)
        StartFromOkta(entrance: entrance).add(to: router)
        CallbackFromOkta(entrance: entrance).add(to: router)
        SignInFailedPage(entrance: entrance).add(to: router)
        SignOut(entrance: entrance).add(to: router)
        UniversalLogoutEndpoint(entrance: entrance).add(to: router)

        AccountPage(store: entrance.store).add(to: router)
        SessionStatus().add(to: router)

        let begun = RateLimit(uses: 30, window: 600, now: entrance.store.now)
        let triedByUser = RateLimit(uses: 5, window: 600, now: entrance.store.now)
        let triedByAddress = RateLimit(uses: 50, window: 600, now: entrance.store.now)
        Metadata(entrance: entrance).add(to: router)
        AuthorizePage(entrance: entrance).add(to: router)
        ConsentPage(entrance: entrance).add(to: router)
        TokenEndpoint(entrance: entrance).add(to: router)
        DeviceEndpoint(entrance: entrance, limit: begun).add(to: router)
        DevicePage(entrance: entrance, byUser: triedByUser, byAddress: triedByAddress).add(to: router)
    }
}
