public import AsyncHTTPClient
public import Foundation
public import Logging
import NIOCore
import NIOSSL

/// Reads groups and users of one org through Okta's management API.
///
/// Requests keep within the rate-limit budget that the client is given, so any number may be made at once. Lists are
/// read to their end or not at all. Cancelling the task ends waits and requests alike.
public struct OktaClient: Sendable {
    /// How a client behaves; the defaults are for a sync.
    public struct Limits: Sendable {
        /// From the request to the last byte of its answer.
        public var wholeRequest: Duration = .seconds(30)
        public var bodyBytes = 16 << 20
        /// How often a request that failed in passing is made again.
        public var retries = 3

        public init() {}
    }

    private let domain: OktaDomain
    let exchange: Exchange

    /// - Parameters:
    ///   - http: Made with ``httpConfiguration()``; it is the caller's to shut down.
    ///   - budget: The org's, shared by all who read there with this token; nil for one of its own.
    public init(
        domain: OktaDomain,
        token: String,
        http: HTTPClient,
        logger: Logger,
        limits: Limits = Limits(),
        budget: RateLimitBudget? = nil,
        clock: OktaClock = .wall
    ) {
        self.domain = domain
        self.exchange = Exchange(
            domain: domain,
            token: token.withoutScheme,
            http: http,
            logger: logger,
            limits: limits,
            budget: budget ?? RateLimitBudget(clock: clock),
            clock: clock
        )
    }

    /// How many requests went out so far, retries included.
    public var requestCount: Int { exchange.counter.all }

    /// What went out so far, bucket by bucket, and how long it had to wait.
    public var use: OktaUse { exchange.counter.use }

    /// Settings for the `HTTPClient` that is handed in: HTTP/1.1 only (HTTP/2 turns slow and large with many pages at
    /// once), TLS 1.2 or later, no redirects, and three seconds to connect.
    public static func httpConfiguration() -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = tls
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(3), read: .seconds(30))
        // Before a load balancer of the usual sixty seconds closes it, perhaps under the next request.
        configuration.connectionPool.idleTimeout = .seconds(30)
        // A refused connection is told at once; what tries again is our own retry.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.decompression = .disabled
        return configuration
    }

    /// The catalogue of groups.
    ///
    /// - Parameters:
    ///   - memberCounts: asks Okta to count members, which makes each page slower.
    ///   - changedSince: only groups whose profile or membership changed after that time. Okta keeps times in whole
    ///     seconds, so give one a little earlier than the last. Deleted groups never show.
    ///   - onPage: called after each page with the number of groups read so far.
    public func groups(
        memberCounts: Bool = false,
        changedSince: Date? = nil,
        onPage: @Sendable (Int) async -> Void = { _ in }
    ) async throws(OktaError) -> OktaList<OktaGroup> {
        var query = [("limit", "200")]
        if memberCounts { query.append(("expand", "stats")) }
        if let changedSince {
            let time = changedSince.formatted(OktaTime.style)
            query.append(("filter", "lastUpdated gt \"\(time)\" or lastMembershipUpdated gt \"\(time)\""))
        }
        let url = URLText.make(domain.origin, path: ["api", "v1", "groups"], query: query)
        return try await exchange.list(.init(url: url, bucket: .groups), of: "Group", onPage: onPage)
    }

    /// Every member of a group, whatever their status: Okta keeps deactivated users in their groups.
    ///
    /// Okta answers large pages of some groups with HTTP 500; such a group is read again in small pages, with a note.
    public func members(
        of group: String,
        onPage: @Sendable (Int) async -> Void = { _ in }
    ) async throws(OktaError) -> OktaList<OktaUser> {
        do {
            return try await members(of: group, pageSize: 1000, retriesServerFaults: false, onPage: onPage)
        } catch .serverError(_, 500) {
            var list = try await members(of: group, pageSize: 200, retriesServerFaults: true, onPage: onPage)
            list.notes.append("Okta failed to give the members of group \(group) in large pages; small pages worked.")
            return list
        }
    }

    /// Users whose status or profile changed after a time, deactivated ones included; overlap as for groups.
    public func users(
        changedSince: Date,
        onPage: @Sendable (Int) async -> Void = { _ in }
    ) async throws(OktaError) -> OktaList<OktaUser> {
        let filter = "lastUpdated gt \"\(changedSince.formatted(OktaTime.style))\""
        let query = [("limit", "200"), ("filter", filter)]
        let url = URLText.make(domain.origin, path: ["api", "v1", "users"], query: query)
        return try await exchange.list(.init(url: url, bucket: .users, action: .readUsers), of: "User", onPage: onPage)
    }

    /// One user as they are now.
    ///
    /// - Parameter id: Okta's user id, or the username.
    public func user(_ id: String) async throws(OktaError) -> OktaUser {
        let url = URLText.make(domain.origin, path: ["api", "v1", "users", id])
        let answer = try await exchange.get(.init(url: url, bucket: .user, action: .readUsers, thing: .user(id)))
        return try answer.read(from: domain.host) { (json) throws(JSONReader.Failure) in try OktaUser(json: &json) }
    }

    /// The groups that a user is in, `Everyone` among them.
    ///
    /// - Parameter id: Okta's user id.
    public func groups(ofUser id: String) async throws(OktaError) -> OktaList<OktaGroup> {
        let url = URLText.make(domain.origin, path: ["api", "v1", "users", id, "groups"], query: [("limit", "200")])
        let request = Exchange.Request(url: url, bucket: .users, action: .readUsers, thing: .user(id))
        return try await exchange.list(request, of: "Group") { _ in }
    }

    /// One group as it is now.
    public func group(_ id: String) async throws(OktaError) -> OktaGroup {
        let url = URLText.make(domain.origin, path: ["api", "v1", "groups", id])
        let answer = try await exchange.get(.init(url: url, bucket: .group, thing: .group(id)))
        return try answer.read(from: domain.host) { (json) throws(JSONReader.Failure) in try OktaGroup(json: &json) }
    }

    private func members(
        of group: String,
        pageSize: Int,
        retriesServerFaults: Bool,
        onPage: @Sendable (Int) async -> Void
    ) async throws(OktaError) -> OktaList<OktaUser> {
        let url = URLText.make(
            domain.origin,
            path: ["api", "v1", "groups", group, "users"],
            query: [("limit", String(pageSize))]
        )
        let request = Exchange.Request(
            url: url,
            bucket: .groups,
            action: .readMembers,
            thing: .group(group),
            retriesServerFaults: retriesServerFaults
        )
        return try await exchange.list(request, of: "User", onPage: onPage)
    }
}
