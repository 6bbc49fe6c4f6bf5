import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1

/// Requests to one org and their answers, with budget, retries and limits around each.
struct Exchange: Sendable {
    let domain: OktaDomain
    /// nil where Okta asks for none; then none is sent.
    let token: String?
    let http: HTTPClient
    let logger: Logger
    let limits: OktaClient.Limits
    let clock: OktaClock
    let budget: RateLimitBudget
    let counter = UseCounter()

    init(
        domain: OktaDomain,
        token: String?,
        http: HTTPClient,
        logger: Logger,
        limits: OktaClient.Limits,
        budget: RateLimitBudget,
        clock: OktaClock
    ) {
        self.domain = domain
        self.token = token
        self.http = http
        self.logger = logger
        self.limits = limits
        self.budget = budget
        self.clock = clock
    }

    /// Asks until there is an answer, the failure is no passing one, or the retries are used up.
    func get(_ request: Request) async throws(OktaError) -> Answer {
        var attempt = 0
        var firstFailure: String?
        while true {
            let wait = try await budget.admit(to: request.bucket)
            counter.waited(wait, until: clock.now())
            let failure: OktaError
            switch await send(request, attempt: attempt, retryFor: firstFailure) {
            case .failure(let error):
                failure = error
            case .success(let answer):
                counter.answered(answer, from: request.bucket)
                let isWindowKnown = await budget.note(answer, from: request.bucket)
                guard let refusal = answer.refusal(of: request, from: domain.host, now: clock.now()) else {
                    return answer
                }
                guard attempt < limits.retries, request.retries(refusal) else { throw refusal }
                firstFailure = firstFailure ?? answer.requestID
                attempt += 1
                // The budget waits for the new window by itself.
                if answer.status != 429 || !isWindowKnown { try await pause(before: attempt, after: refusal) }
                continue
            }
            guard attempt < limits.retries, request.retries(failure) else { throw failure }
            attempt += 1
            try await pause(before: attempt, after: failure)
        }
    }

    private func send(_ request: Request, attempt: Int, retryFor: String?) async -> Result<Answer, OktaError> {
        var message = HTTPClientRequest(url: request.url)
        message.headers.add(name: "Accept", value: "application/json")
        message.headers.add(name: "User-Agent", value: "Timus/1.0")
        if let token { message.headers.add(name: "Authorization", value: "SSWS \(token)") }
        if let retryFor { message.headers.add(name: "X-Okta-Retry-For", value: retryFor) }
        if attempt > 0 { message.headers.add(name: "X-Okta-Retry-Count", value: String(attempt)) }
        let outgoing = message
        counter.sent(to: request.bucket)
        do {
            return .success(
                try await withDeadline(limits.wholeRequest) { [http, limits] in
                    let response = try await http.execute(outgoing, timeout: .seconds(60))
                    return Answer(
                        status: response.history.count > 1 ? 302 : Int(response.status.code),
                        headers: response.headers,
                        body: try await response.body.collect(upTo: limits.bodyBytes)
                    )
                }
            )
        } catch {
            return .failure(OktaError(transport: error, host: domain.host, bodyBytes: limits.bodyBytes))
        }
    }

    /// Exponential backoff: up to 1, 2, 4 seconds, at least half of it.
    private func pause(before attempt: Int, after failure: OktaError) async throws(OktaError) {
        let most = Double(1 << (attempt - 1))
        let seconds = most * (0.5 + clock.jitter() / 2)
        logger.info(
            "Asking Okta again after a failure",
            metadata: ["attempt": "\(attempt)", "seconds": "\(seconds)", "failure": "\(failure.localizedDescription)"]
        )
        do { try await clock.sleep(.seconds(seconds)) } catch { throw .cancelled }
    }
}

extension Exchange {
    /// What is asked for, and how its failures are to be read.
    struct Request: Sendable {
        let url: String
        /// nil where Okta counts nothing.
        var bucket: OktaBucket?
        var action: OktaError.Action = .readGroups
        var thing: OktaError.Thing = .page
        /// Whether HTTP 500 may pass when the same is asked again.
        var retriesServerFaults = true

        func retries(_ failure: OktaError) -> Bool {
            switch failure {
            case .serverError(_, 500): retriesServerFaults
            case .serverError, .rateLimited, .timedOut: true
            case .unreachable(_, let why, _): why != .certificate && why != .privateAddress
            default: false
            }
        }
    }
}

private struct DeadlineExceeded: Error {}

/// Runs `work` to its end, or to the deadline by the wall clock, and then stops it.
private func withDeadline<Value: Sendable>(
    _ duration: Duration,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: duration)
            throw DeadlineExceeded()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}

extension OktaError {
    fileprivate init(transport error: any Error, host: String, bodyBytes: Int) {
        switch error {
        case is CancellationError:
            self = .cancelled
        case is DeadlineExceeded:
            self = .timedOut(host: host)
        case is NIOTooManyBytesError:
            self = .tooLarge(bytes: bodyBytes)
        case let error as HTTPClientError where error == .cancelled:
            self = .cancelled
        case let error as HTTPClientError where Self.timeouts.contains(error):
            self = .timedOut(host: host)
        default:
            self = .unreachable(host: host, why: Reason(error), cause: String(describing: error))
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout,
        .tlsHandshakeTimeout,
    ]
}
