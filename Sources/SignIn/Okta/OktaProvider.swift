import AsyncHTTPClient
import Crypto
import Foundation
import OIDC
import Storage

/// The relying party for the Okta integration as it is saved now. It is kept while the settings stay, since it
/// remembers the org's metadata and keys.
actor OktaProvider {
    private let store: Store
    private let settings: WebSettings
    private let http: HTTPClient
    private var kept: (version: Int64, credentials: OktaCredentials, party: RelyingParty)?

    init(store: Store, settings: WebSettings, http: HTTPClient) {
        self.store = store
        self.settings = settings
        self.http = http
    }

    /// nil where the integration is not enabled.
    func relyingParty() async throws(StoreError) -> RelyingParty? {
        let version = try await store.oktaCredentialsVersion()
        if let kept, kept.version == version { return kept.party }
        guard let version, let credentials = try await store.oktaCredentials() else {
            kept = nil
            return nil
        }
        if let kept, kept.credentials.isSameApp(as: credentials) {
            self.kept = (version, credentials, kept.party)
            return kept.party
        }
        let party = RelyingParty(
            issuer: credentials.issuer,
            clientID: credentials.clientID,
            clientSecret: credentials.clientSecret.value,
            redirectURI: settings.redirectURI,
            http: http,
            allowInsecureLoopback: credentials.isLocal,
            now: store.now
        )
        kept = (version, credentials, party)
        return party
    }
}

extension OktaCredentials {
    /// Whether the issuer is on this machine. Saving such a one needed the flag for it; using it does not.
    fileprivate var isLocal: Bool {
        issuer.hasPrefix("http://127.0.0.1:") || issuer.hasPrefix("http://localhost:")
    }

    fileprivate func isSameApp(as other: OktaCredentials) -> Bool {
        issuer == other.issuer && clientID == other.clientID && clientSecret == other.clientSecret
    }
}

extension RelyingParty {
    /// Tells this app integration from any other, so that an answer for one is never redeemed at another.
    var fingerprint: String {
        Data(SHA256.hash(data: Data("\(issuer) \(clientID)".utf8)).prefix(12)).base64URLEncoded
    }

    /// The issuer's origin, to which the forms of our sign-in pages are redirected.
    var origin: String {
        issuer.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
    }
}
