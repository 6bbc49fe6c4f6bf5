import AsyncHTTPClient
import Foundation
import GatewayAPI
import NIOCore
import NIOHTTP1

/// The server's list of peers for this gateway.
struct PeerSource: Sendable {
    let server: String
    let token: String
    let http: HTTPClient

    /// Bytes of a list that are read: 100,000 peers.
    private static let mostBytes = 16 << 20

    func peers() async throws(GatewayError) -> PeerList {
        var request = HTTPClientRequest(url: server + GatewayPath.peers)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "timus-gateway")
        let status: UInt
        let data: Data
        do {
            let response = try await http.execute(request, timeout: .seconds(20))
            status = response.status.code
            data = Data(try await response.body.collect(upTo: Self.mostBytes).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw .notTimus(server, answered: "its answer has no end")
        } catch {
            throw .unreachable(server, cause: "the connection failed")
        }
        guard status != 401 else { throw .tokenRefused }
        guard status == 200 else { throw .notTimus(server, answered: "HTTP \(status)") }
        do { return try JSONDecoder().decode(PeerList.self, from: data) } catch {
            throw .notTimus(server, answered: "its answer is not a list of peers")
        }
    }
}
