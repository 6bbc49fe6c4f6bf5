public import AsyncHTTPClient
import Directory
public import Logging
import OIDC
public import Okta
public import SignIn
public import Storage
import Sync

/// Tests what an administrator entered for Okta and, if every check passes, saves it: the one way in, for the Okta
/// Integration window and for `timus okta connect`.
public struct OktaConnection: Sendable {
    private let store: Store
    private let settings: WebSettings
    private let http: HTTPClient
    private let logger: Logger

    /// - Parameter http: A client made with `OktaClient.httpConfiguration()`.
    public init(store: Store, settings: WebSettings, http: HTTPClient, logger: Logger) {
        self.store = store
        self.settings = settings
        self.http = http
        self.logger = logger
    }

    /// Runs every check. Nothing is saved unless all passed; then the integration is enabled and the groups found are
    /// in the catalogue, ready to be chosen.
    ///
    /// - Parameter domain: As typed or pasted, in any form.
    /// - Throws: `StoreError` where it could not be saved. A check that failed is in the report.
    public func connect(
        domain: String,
        clientID: String,
        clientSecret: String,
        apiToken: String,
        by actor: Actor
    ) async throws -> ConnectionCheck.Report {
        let report = await check(domain: domain, clientID: clientID, clientSecret: clientSecret, apiToken: apiToken)
        guard report.passed, let found = report.domain else { return report }
        let credentials = OktaCredentials(
            domain: found.shown,
            issuer: found.issuer,
            clientID: clientID,
            clientSecret: Secret(clientSecret),
            apiToken: Secret(apiToken)
        )
        try await store.enableOkta(credentials, by: actor)
        try await store.setCatalogue(
            report.groups.map(Group.init),
            memberCounts: Dictionary(
                uniqueKeysWithValues: report.groups.compactMap { group in
                    group.usersCount.map { (Group.ID(group.id), $0) }
                }
            )
        )
        return report
    }

    /// Runs every check and saves nothing.
    public func check(
        domain: String,
        clientID: String,
        clientSecret: String,
        apiToken: String
    ) async -> ConnectionCheck.Report {
        let check = ConnectionCheck(http: http, logger: logger, allowingLocal: settings.allowLocalOkta) {
            [settings, http] domain, clientID, secret in
            let relyingParty = RelyingParty(
                issuer: domain.issuer,
                clientID: clientID,
                clientSecret: secret,
                redirectURI: settings.redirectURI,
                http: http,
                allowInsecureLoopback: settings.allowLocalOkta
            )
            do throws(OIDCError) {
                try await relyingParty.verifyCredentials()
                return nil
            } catch {
                return .init(error, field: error.field)
            }
        }
        return await check.run(domain: domain, clientID: clientID, clientSecret: clientSecret, apiToken: apiToken)
    }
}

extension OIDCError {
    /// The field of the Okta Integration window at which to say so.
    fileprivate var field: ConnectionCheck.Field {
        if concernsClientID { return .clientID }
        return concernsClientSecret ? .clientSecret : .domain
    }
}
