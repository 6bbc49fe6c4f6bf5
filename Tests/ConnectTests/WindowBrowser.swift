import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

@testable import Connect

/// A browser before Connect's window: it sends what a browser sends, and follows no redirect by itself.
struct WindowBrowser {
    let port: Int

    init(_ port: Int) {
        self.port = port
    }

    struct Answer {
        let status: UInt
        let text: String
        let refresh: String?
        let location: String?
    }

    /// What every form of the window carries.
    func csrf(of window: ConnectWindow) async throws -> String {
        var page = try await get("\(window.home)")
        if let location = page.location { page = try await get(location) }
        let field = page.text.split(separator: "name=\"csrf\" value=\"").dropFirst().first ?? ""
        return String(field.prefix { $0 != "\"" })
    }

    /// - Parameter isLive: as the page's own script asks.
    func get(_ path: String, host: String? = nil, isLive: Bool = false) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        if let host { request.headers.replaceOrAdd(name: "Host", value: host) }
        if isLive { request.headers.add(name: "X-Timus-Live", value: "1") }
        return try await Self.send(request)
    }

    func post(_ path: String, _ fields: [String: String], origin: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "Origin", value: origin ?? "http://127.0.0.1:\(port)")
        request.body = .bytes(ByteBuffer(string: URLForm(fields.map { ($0.key, $0.value) }).text))
        return try await Self.send(request)
    }

    /// Through every redirect.
    static func follow(_ address: String) async throws -> Answer {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: address), timeout: .seconds(10))
        return try await answer(response)
    }

    private static func send(_ request: HTTPClientRequest) async throws -> Answer {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let answer = try await answer(try await http.execute(request, timeout: .seconds(10)))
            try await http.shutdown()
            return answer
        } catch {
            try await http.shutdown()
            throw error
        }
    }

    private static func answer(_ response: HTTPClientResponse) async throws -> Answer {
        Answer(
            status: response.status.code,
            text: String(buffer: try await response.body.collect(upTo: 1 << 20)),
            refresh: response.headers.first(name: "Refresh"),
            location: response.headers.first(name: "Location")
        )
    }
}

extension TunnelSwitch {
    /// No tunnel, and no rights to make one.
    static let none = TunnelSwitch(isOurs: { false }, state: { .none }, connect: { _ in }, disconnect: {})
}
