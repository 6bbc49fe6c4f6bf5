import AsyncHTTPClient
import Crypto
import NIOCore
import NIOHTTP1
import Storage

import struct Foundation.Data
import struct Foundation.Date

/// Posts notifications to webhooks, signed.
struct WebhookSender: Sendable {
    /// From the first look at the name to the head of the answer.
    private static let seconds: Int64 = 5

    /// Must not follow redirects: what it posts is for the address that was entered.
    let http: HTTPClient
    let allowsLocal: Bool
    let now: @Sendable () -> Date

    /// Returns once the receiver has answered with 2xx. What it says in the body is not read.
    func post(_ body: String, to webhook: Webhook) async throws(NotifyError) {
        // The name may lead elsewhere than when it was entered.
        let address = try await WebhookAddress.verified(webhook.url, allowingLocal: allowsLocal)
        var request = HTTPClientRequest(url: address.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "Timus/1.0")
        request.headers.add(name: "Timus-Signature", value: Self.signature(of: body, webhook.secret, at: now()))
        request.body = .bytes(Array(body.utf8))
        let status: UInt
        do {
            status = try await http.execute(request, timeout: .seconds(Self.seconds)).status.code
        } catch {
            throw Self.failure(error, at: address.host)
        }
        guard (200..<300).contains(status) else { throw .webhookRefused(host: address.host, status: Int(status)) }
    }

    /// `t=<seconds since 1970>,v1=<hexadecimal HMAC-SHA256 over "t.body">`: the receiver computes the same with the
    /// secret that it was given, and refuses a `t` that is long ago.
    static func signature(of body: String, _ secret: Secret, at time: Date) -> String {
        let seconds = Int64(time.timeIntervalSince1970)
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(seconds).\(body)".utf8),
            using: SymmetricKey(data: Data(secret.value.utf8))
        )
        return "t=\(seconds),v1=\(code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())"
    }

    private static func failure(_ error: any Error, at host: String) -> NotifyError {
        switch error {
        case is CancellationError: .cancelled
        case let error as HTTPClientError where error == .cancelled: .cancelled
        case let error as HTTPClientError where timeouts.contains(error): .webhookTimedOut(host: host)
        default: .webhookUnreachable(host: host)
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout,
        .tlsHandshakeTimeout,
    ]
}
