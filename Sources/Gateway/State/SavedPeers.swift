import Foundation
import GatewayAPI

/// The last state with its lease ends, so that a gateway that starts again without its server lets the same peers in until
/// their leases run out, and not longer.
struct SavedPeers: Codable, Equatable, Sendable {
    /// Times of another run of the machine say nothing.
    let boot: String
    let revision: Int64
    let lease: Int
    let networks: [String]
    let tunnelRange: String
    let peers: [SavedPeer]

    struct SavedPeer: Codable, Equatable, Sendable {
        let publicKey: String
        let address: String
        let leaseEnds: BootTime

        private enum CodingKeys: String, CodingKey {
            case publicKey = "public_key"
            case address
            case leaseEnds = "lease_ends"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case boot
        case revision
        case lease
        case networks
        case tunnelRange = "tunnel_range"
        case peers
    }

    /// nil where the server has said nothing yet.
    init?(_ book: PeerBook, boot: String) {
        guard let terms = book.terms, let revision = book.revision else { return nil }
        self.boot = boot
        self.revision = revision
        self.lease = terms.lease
        self.networks = terms.networks.map(\.description)
        self.tunnelRange = terms.tunnelRange.description
        self.peers = book.admitted.map { key, admission in
            SavedPeer(publicKey: key.base64, address: "\(admission.address)", leaseEnds: admission.leaseEnds)
        }
    }

    /// Gives the book what of this still holds. Everything is checked as if a server had sent it.
    ///
    /// - Parameter cut: Whoever was cut off since this was written.
    func restore(into book: inout PeerBook, cut: Set<String>, boot: String, at now: BootTime) {
        guard !boot.isEmpty, boot == self.boot,
            let terms = try? SiteTerms(lease: lease, networks: networks, tunnelRange: tunnelRange, refused: { _ in })
        else { return }
        var kept: [PublicKey: PeerBook.Admission] = [:]
        for peer in peers where !cut.contains(peer.publicKey) {
            guard let key = PublicKey(base64: peer.publicKey), let address = terms.peerAddress(peer.address) else {
                continue
            }
            kept[key] = PeerBook.Admission(address: address, leaseEnds: peer.leaseEnds)
        }
        book.restore(kept, terms, revision: revision, at: now)
    }
}

extension StateFolder {
    /// Whom to let in before the server has been heard. A file that cannot be read lets nobody in.
    func restore(into book: inout PeerBook, at now: BootTime) {
        guard let data = try? PrivateFile.contents(of: peersFile),
            let saved = try? GatewayJSON.message(SavedPeers.self, from: data)
        else { return }
        var cut: Set<String> = []
        for file in cutsFiles {
            // Cuts that cannot be read may be anybody's.
            guard let lines = try? PrivateFile.contents(of: file) else { return }
            cut.formUnion(String(decoding: lines, as: UTF8.self).split(separator: "\n").map(String.init))
        }
        guard !cut.contains(Self.everybody) else { return }
        saved.restore(into: &book, cut: cut, boot: BootTime.boot, at: now)
    }

    /// - Parameter cuts: The number of the file into which go the cuts since `saved` was taken. All others are removed.
    func save(_ saved: SavedPeers, cuts: Int) throws(GatewayError) {
        // Not on disk for sure: after a power failure these times say nothing anyway.
        try write(saved, to: peersFile, isLasting: false)
        for file in cutsFiles where file != cutsFile(cuts) { try PrivateFile.remove(file) }
    }

    /// Notes who was cut off without writing all others again.
    func save(cut keys: [PublicKey], in number: Int) throws(GatewayError) {
        guard !keys.isEmpty else { return }
        try PrivateFile.append(Data(keys.map { $0.base64 + "\n" }.joined().utf8), to: cutsFile(number))
    }

    /// Notes that whatever was saved before holds no more: other networks, another lease.
    func saveThatTermsChanged(in number: Int) throws(GatewayError) {
        try PrivateFile.append(Data("\(Self.everybody)\n".utf8), to: cutsFile(number))
    }

    func forgetPeers() throws(GatewayError) {
        try PrivateFile.remove(peersFile)
        for file in cutsFiles { try PrivateFile.remove(file) }
    }

    /// Beside keys, in a file of cuts.
    private static let everybody = "everybody"

    private func cutsFile(_ number: Int) -> String { file("cuts.\(number)") }

    private var cutsFiles: [String] {
        // A folder that cannot be listed has no peers that could be read, either.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix("cuts.") }.map(file)
    }
}
