import AsyncHTTPClient
import ConnectAPI
import Foundation
import NIOCore
import NIOHTTP1

/// What answers at the server's address, asked without a sign-in.
enum ServerProbe: Equatable, Sendable {
    /// It speaks Connect's language; its clock less ours, in seconds, nil where it told no time.
    case timus(ahead: Double?)
    /// Something else answered; what, and its clock less ours.
    case other(String)
    case failed(ServerFault)

    /// A status without a token is refused in Connect's own form: only a Timus server does that.
    static func of(_ server: TimusServer, now: @Sendable () -> Date = { Date() }) async -> ServerProbe {
        var request = HTTPClientRequest(url: server.address.origin + ConnectPath.status)
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "timus-connect")
        do {
            let asked = now()
            let response = try await server.http.execute(request, timeout: .seconds(15))
            let answered = now()
            let body = try await response.body.collect(upTo: 1 << 16)
            let isRefused = try? ConnectJSON.message(Refusal.self, from: Data(body.readableBytesView))
            switch (response.status.code, isRefused) {
            case (401, .some): return .timus(ahead: ahead(response.headers, asked, answered))
            case (300..<400, _): return .other("it sends every request elsewhere (HTTP \(response.status.code))")
            case (let code, _): return .other("HTTP \(code), not in Connect's form")
            }
        } catch is NIOTooManyBytesError {
            return .other("its answer has no end")
        } catch {
            return .failed(ServerFault(error))
        }
    }

    /// The header has whole seconds, and the answer was made between the two times.
    private static func ahead(_ headers: HTTPHeaders, _ asked: Date, _ answered: Date) -> Double? {
        guard let theirs = headers.first(name: "Date").flatMap(HTTPDate.date) else { return nil }
        let earliest = theirs.timeIntervalSince(answered)
        let latest = theirs.timeIntervalSince(asked) + 1
        return earliest > 0 ? earliest : min(latest, 0)
    }
}
