public import AsyncHTTPClient
public import Logging

/// The test of everything an administrator enters in the Okta Integration window, before any of it is saved.
///
/// Each check has a name and, when it fails, a sentence, a remedy and the field it belongs to. A check whose
/// forerunner failed is not run.
///
/// The check of client ID and secret speaks OAuth, which this target does not; the caller hands it in:
///
///     ConnectionCheck(http: http, logger: logger, allowingLocal: isLocal) { domain, clientID, clientSecret in
///         let relyingParty = RelyingParty(issuer: domain.issuer, clientID: clientID, clientSecret: clientSecret, …)
///         do {
///             try await relyingParty.verifyCredentials()
///             return nil
///         } catch {
///             return Failure(error, field: error.concernsClientID ? .clientID : …)
///         }
///     }
public struct ConnectionCheck: Sendable {
    /// What proves client ID and secret; nil when they hold.
    public typealias Credentials =
        @Sendable (_ domain: OktaDomain, _ clientID: String, _ clientSecret: String)
        async -> Failure?

    private let http: HTTPClient
    private let logger: Logger
    private let allowingLocal: Bool
    private let clock: OktaClock
    private let credentials: Credentials

    public init(
        http: HTTPClient,
        logger: Logger,
        allowingLocal: Bool,
        clock: OktaClock = .wall,
        credentials: @escaping Credentials
    ) {
        self.http = http
        self.logger = logger
        self.allowingLocal = allowingLocal
        self.clock = clock
        self.credentials = credentials
    }

    /// Runs the checks in order; never throws, since each failure is part of the answer.
    ///
    /// No secret leaves before the domain has proven to be the org that it names.
    ///
    /// - Parameter typed: the domain in any form.
    public func run(domain typed: String, clientID: String, clientSecret: String, apiToken: String) async -> Report {
        var report = Report()
        do {
            let domain = try OktaDomain(typed, allowingLocal: allowingLocal)
            report.domain = domain
            let issuer = try await reach(domain)
            report.add(.reached, .passed(detail: domain.shown))
            report.add(.issuer, Self.outcome(ofIssuer: issuer, at: domain))
        } catch let problem as OktaDomain.Problem {
            report.add(.reached, .failed(Failure(problem, field: .domain)))
        } catch let error as OktaError {
            report.add(.reached, .failed(Failure(error, field: .domain)))
        } catch {
            report.add(.reached, .failed(Failure(OktaError.cancelled, field: .domain)))
        }
        if report.passed, let domain = report.domain {
            report.add(.credentials, await outcome(ofClientID: clientID, secret: clientSecret, at: domain))
            await checkToken(apiToken, at: domain, into: &report)
        }
        report.addMissing()
        return report
    }

    /// The issuer that the address names as its own.
    private func reach(_ domain: OktaDomain) async throws -> String {
        if domain.origin.hasPrefix("https:") { try await PublicAddress.verify(domain.host) }
        struct Discovery: Decodable {
            let issuer: String
        }
        let answer = try await exchange(at: domain, token: nil).get(
            .init(url: URLText.make(domain.origin, path: [".well-known", "openid-configuration"]))
        )
        return try answer.decode(Discovery.self, from: domain.host).issuer
    }

    private static func outcome(ofIssuer issuer: String, at domain: OktaDomain) -> Outcome {
        guard issuer == domain.issuer else {
            let failure = Failure(
                sentence: "\(domain.shown) says that sign-in happens at another address than its own.",
                remedy: "Enter the domain shown at the upper right in the Okta Admin Console.",
                field: .domain
            )
            return .failed(failure)
        }
        return .passed(detail: issuer)
    }

    private func outcome(ofClientID clientID: String, secret: String, at domain: OktaDomain) async -> Outcome {
        if let missing = Failure.missing(clientID, name: "client ID", field: .clientID) { return .failed(missing) }
        if let missing = Failure.missing(secret, name: "client secret", field: .clientSecret) {
            return .failed(missing)
        }
        return await credentials(domain, clientID, secret).map(Outcome.failed) ?? .passed(detail: "")
    }

    private func checkToken(_ token: String, at domain: OktaDomain, into report: inout Report) async {
        if let missing = Failure.missing(token, name: "API token", field: .apiToken) {
            report.add(.token, .failed(missing))
            return
        }
        switch await readOne(of: "groups", at: domain, token: token) {
        case nil:
            report.add(.token, .passed(detail: ""))
            report.add(.mayReadGroups, .passed(detail: ""))
        case .notPermitted(let action)?:
            report.add(.token, .passed(detail: ""))
            report.add(.mayReadGroups, .failed(Failure(OktaError.notPermitted(to: action), field: .apiToken)))
        case let error?:
            report.add(.token, .failed(Failure(error, field: .apiToken)))
            return
        }
        let mayNot = await readOne(of: "users", at: domain, token: token)
        report.add(.mayReadUsers, mayNot.map { .failed(Failure($0, field: .apiToken)) } ?? .passed(detail: ""))
        if report.check(.mayReadGroups)?.hasPassed == true { await findGroups(at: domain, token: token, into: &report) }
    }

    /// Why one group or user may not be read; nil if it may.
    private func readOne(of path: String, at domain: OktaDomain, token: String) async -> OktaError? {
        let url = URLText.make(domain.origin, path: ["api", "v1", path], query: [("limit", "1")])
        let isGroups = path == "groups"
        do {
            let answer = try await exchange(at: domain, token: token).get(
                .init(url: url, bucket: isGroups ? .groups : .users, action: isGroups ? .readGroups : .readUsers)
            )
            _ = try answer.decode([Anything].self, from: domain.host)
            return nil
        } catch {
            return error
        }
    }

    private func findGroups(at domain: OktaDomain, token: String, into report: inout Report) async {
        let client = OktaClient(
            domain: domain,
            token: token,
            http: http,
            logger: logger,
            limits: Self.limits,
            budget: budget,
            clock: clock
        )
        do {
            report.groups = try await client.groups(memberCounts: true).items
            let count = report.groups.count
            report.add(.foundGroups, .passed(detail: ""), title: "Found \(count) \(count == 1 ? "group" : "groups")")
        } catch {
            report.add(.foundGroups, .failed(Failure(error, field: .apiToken)))
        }
    }

    private func exchange(at domain: OktaDomain, token: String?) -> Exchange {
        Exchange(
            domain: domain,
            token: token?.withoutScheme,
            http: http,
            logger: logger,
            limits: Self.limits,
            budget: budget,
            clock: clock
        )
    }

    /// Somebody waits for the page, and a handful of requests starves nobody: no share is kept, no long wait made.
    private var budget: RateLimitBudget { RateLimitBudget(share: 1, longestWait: .seconds(5), clock: clock) }

    /// Somebody waits for the page: one retry.
    private static var limits: OktaClient.Limits {
        var limits = OktaClient.Limits()
        limits.wholeRequest = .seconds(10)
        limits.retries = 1
        return limits
    }

    /// Takes any JSON value and keeps nothing of it.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) {}
    }
}

extension ConnectionCheck.Failure {
    /// A credential that is empty, or holds what no credential holds; nil if it may be sent.
    fileprivate static func missing(_ value: String, name: String, field: ConnectionCheck.Field) -> Self? {
        // Blanks around a token are taken off wherever it is used; the other two are used as they are.
        let text = field == .apiToken ? value.withoutScheme : value
        if text.allSatisfy(\.isWhitespace) {
            return Self(
                sentence: "The \(name) is missing.",
                remedy: "Copy the \(name) from Okta and paste it here.",
                field: field
            )
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return Self(
                sentence: "The \(name) contains blanks or characters that Okta does not use in one.",
                remedy: "Copy the \(name) from Okta again and paste nothing else with it.",
                field: field
            )
        }
        return nil
    }
}
