/// One line of the stream that a gateway follows. The first is a full state.
///
///     {"full":{"lease":300,"networks":["10.20.0.0/16"],"peers":[…],"revision":7,"tunnel_range":"100.64.0.0/10"}}
///     {"changes":{"added":[],"removed":["fE/wdxzl0klVp/IR8UcaoGUMjqaWi3jAd7KzHKFS6Ds="],"revision":8}}
///     {"alive":{"revision":8}}
public enum PeerMessage: Hashable, Sendable {
    case full(PeerState)
    case changes(PeerChanges)
    /// Nothing changed; the stream is well.
    case alive(revision: Int64)
}

extension PeerMessage: Codable {
    private enum Kind: String, CodingKey {
        case full
        case changes
        case alive
    }

    private enum Alive: String, CodingKey {
        case revision
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Kind.self)
        if let state = try container.decodeIfPresent(PeerState.self, forKey: .full) {
            self = .full(state)
        } else if let changes = try container.decodeIfPresent(PeerChanges.self, forKey: .changes) {
            self = .changes(changes)
        } else {
            let alive = try container.nestedContainer(keyedBy: Alive.self, forKey: .alive)
            self = .alive(revision: try alive.decode(Int64.self, forKey: .revision))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Kind.self)
        switch self {
        case .full(let state): try container.encode(state, forKey: .full)
        case .changes(let changes): try container.encode(changes, forKey: .changes)
        case .alive(let revision):
            var alive = container.nestedContainer(keyedBy: Alive.self, forKey: .alive)
            try alive.encode(revision, forKey: .revision)
        }
    }
}
