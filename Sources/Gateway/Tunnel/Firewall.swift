import Foundation

/// The table of nftables that belongs to the gateway's interface.
struct Firewall: Sendable {
    let script: FirewallScript

    func run(_ text: String) async throws(GatewayError) {
        guard !text.isEmpty else { return }
        try await Tool.nft.run(["-f", "-"], input: text)
    }

    /// Packets from the tunnel that were refused; nil where the table is gone.
    func refusedPackets() async throws(GatewayError) -> Int64? {
        let result = try await Tool.nft.result(of: ["list", "counter", "inet", script.table, "refused"])
        guard result.isSuccess else {
            guard result.errors.contains("No such file or directory") else {
                throw .tool("nft", said: result.complaint)
            }
            return nil
        }
        guard let match = result.output.firstMatch(of: /packets (\d+)/), let packets = Int64(match.1) else {
            throw .tool("nft", said: "its answer is not a counter")
        }
        return packets
    }

    func remove() async throws(GatewayError) {
        try await run(script.removal)
    }
}
