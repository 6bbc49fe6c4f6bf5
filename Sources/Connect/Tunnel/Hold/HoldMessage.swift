import Foundation

/// What the keeper asks of the root helper: one JSON object a line, with one of the fields.
struct HoldRequest: Codable, Sendable {
    /// Makes the tunnel, or makes it anew.
    var set: Tunnel?
    /// Another gateway for the tunnel that there is, or the same one anew with another address.
    var peer: Peer?
    /// Takes the tunnel away; the helper stays.
    var clear: Nothing?
    var state: Nothing?

    struct Nothing: Codable, Sendable {}

    struct Peer: Codable, Sendable {
        /// Its WireGuard public key.
        let peer: String
        /// An address and a port: the helper asks no name server.
        let endpoint: String
        let allowedIPs: [String]
        /// IPv4 addresses that must stay reachable without the tunnel: the server's.
        let outside: [String]

        private enum CodingKeys: String, CodingKey {
            case peer
            case endpoint
            case allowedIPs = "allowed_ips"
            case outside
        }
    }

    struct Tunnel: Codable, Sendable {
        let address: String
        let privateKey: WireGuardKey
        let peer: Peer

        private enum CodingKeys: String, CodingKey {
            case address
            case privateKey = "private_key"
        }

        init(address: String, privateKey: WireGuardKey, peer: Peer) {
            self.address = address
            self.privateKey = privateKey
            self.peer = peer
        }

        /// The peer's fields stand beside the others.
        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            address = try container.decode(String.self, forKey: .address)
            privateKey = try container.decode(WireGuardKey.self, forKey: .privateKey)
            peer = try Peer(from: decoder)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(address, forKey: .address)
            try container.encode(privateKey, forKey: .privateKey)
            try peer.encode(to: encoder)
        }
    }

    static func peer(_ peer: Peer) -> HoldRequest { HoldRequest(peer: peer) }
    static func set(_ tunnel: Tunnel) -> HoldRequest { HoldRequest(set: tunnel) }
    static let clear = HoldRequest(clear: Nothing())
    static let state = HoldRequest(state: Nothing())
}

/// What the helper answers, with one of the fields.
struct HoldAnswer: Codable, Equatable, Sendable {
    /// The helper has its rights; said once, unasked.
    var ready: Bool?
    var done: Bool?
    /// The interface that was set.
    var interface: String?
    var state: State?
    /// Why it was not done, in a sentence.
    var error: String?

    struct State: Codable, Equatable, Sendable {
        /// Seconds since 1970; 0 before the first.
        let lastHandshake: Int64
        let receivedBytes: Int64
        let sentBytes: Int64

        private enum CodingKeys: String, CodingKey {
            case lastHandshake = "last_handshake"
            case receivedBytes = "received_bytes"
            case sentBytes = "sent_bytes"
        }
    }
}

/// Why the helper does not do what it is asked for.
struct HoldRefusal: Error, Equatable {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}
