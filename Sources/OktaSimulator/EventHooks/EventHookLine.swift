import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The way from the org to the address of an event hook, or of an app that is told of a logout. Follows no redirects.
struct EventHookLine: Sendable {
    /// What came of a request.
    enum Answer: Sendable {
        case status(Int, body: Data)
        case timedOut
        case unreachable
    }

    private static let mostBytes = 1_048_576

    let http: HTTPClient
    /// From the beginning of a request to the end of its answer.
    let timeout: Duration

    static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        // An address where nobody listens is told at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        // More than are ever sent at once: a request that waits for a connection would seem slow.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 2 * EventHookCourier.mostAtOnce
        return configuration
    }

    func get(_ hook: Org.EventHook.Settings, challenge: String) async -> Answer {
        var request = request(to: hook)
        request.headers.add(name: "x-okta-verification-challenge", value: challenge)
        return await answer(to: request)
    }

    func post(_ body: [UInt8], to hook: Org.EventHook.Settings) async -> Answer {
        var request = request(to: hook)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(body)
        return await answer(to: request)
    }

    private func request(to hook: Org.EventHook.Settings) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: hook.uri)
        request.headers.add(name: "Accept", value: "application/json")
        for header in hook.headers + [hook.authentication].compactMap(\.self) {
            request.headers.replaceOrAdd(name: header.name, value: header.value)
        }
        return request
    }

    func answer(to request: HTTPClientRequest) async -> Answer {
        await withTaskGroup(of: Answer.self) { tasks in
            tasks.addTask { await wholeAnswer(to: request) }
            tasks.addTask {
                try? await Task.sleep(for: timeout)
                return .timedOut
            }
            defer { tasks.cancelAll() }
            return await tasks.next() ?? .timedOut
        }
    }

    private func wholeAnswer(to request: HTTPClientRequest) async -> Answer {
        do {
            let response = try await http.execute(request, deadline: .distantFuture)
            let body = try await response.body.collect(upTo: Self.mostBytes)
            return .status(Int(response.status.code), body: Data(body.readableBytesView))
        } catch {
            return .unreachable
        }
    }
}
