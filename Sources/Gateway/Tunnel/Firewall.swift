import Foundation

/// The table of nftables that belongs to the gateway's interface.
struct Firewall: Sendable {
    let script: FirewallScript

    func run(_ text: String) async throws(GatewayError) {
        guard !text.isEmpty else { return }
        try await Tool.nft.run(["-f", "-"], input: text)
    }

    /// Packets from the tunnel that were refused.
    ///
    /// - Throws: Also where the table is gone.
    func refusedPackets() async throws(GatewayError) -> Int64 {
        let text = try await Tool.nft.run(["list", "counter", "inet", script.table, "refused"])
        guard let match = text.firstMatch(of: /packets (\d+)/), let packets = Int64(match.1) else {
            throw .tool("nft", said: "its answer is not a counter")
        }
        return packets
    }

    func remove() async throws(GatewayError) {
        try await run(script.removal)
    }
}
