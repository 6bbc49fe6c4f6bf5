import Foundation

/// What the kernel remembers of flows. A peer's are forgotten with it, so that whoever has its address next has nothing of them.
///
/// It is tidiness: the firewall looks at each packet, whatever is remembered of its flow.
enum ConnectionTracking {
    static func forget(_ addresses: some Collection<Address>) async throws(GatewayError) {
        for piece in Array(addresses).pieces(of: 100) {
            guard !Task.isCancelled else { return }
            // A line without a match is no failure: conntrack goes on with the next.
            let lines = piece.map { "-D -s \($0)\n-D -d \($0)\n" }.joined()
            _ = try await Tool.conntrack.result(of: ["-R", "-"], input: lines)
        }
    }
}
