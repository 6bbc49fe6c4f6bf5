import GatewayAPI

/// Who is to be let in and until when, and what of that is in force.
///
/// A value without waiting: messages go in, and changes come out when somebody is ready to carry them out. What came in
/// between is carried out together.
struct PeerBook: Sendable {
    struct Admission: Hashable, Sendable {
        var address: Address
        var leaseEnds: BootTime
    }

    /// The revision of the last message.
    private(set) var revision: Int64?
    /// nil until the server has said anything that could be used.
    private(set) var terms: SiteTerms?
    private(set) var admitted: [PublicKey: Admission] = [:]
    /// No lease ends before it: what the kernel is told, for the time when nobody tells it who goes first.
    private(set) var firstLeaseEnds: BootTime?

    /// Whom nobody may claim to be: the gateway itself.
    private let ownKey: PublicKey
    /// Of the admitted.
    private var holders: [Address: PublicKey] = [:]
    private var inForce: [PublicKey: Address] = [:]
    /// Whose admission differs from what is in force, and perhaps others.
    private var unsettled: Set<PublicKey> = []

    init(ownKey: PublicKey) {
        self.ownKey = ownKey
    }

    // MARK: What the server says

    /// - Returns: What of it was refused, for the log. It grants nothing.
    mutating func take(_ message: PeerMessage, at now: BootTime) -> [String] {
        switch message {
        case .full(let state): take(state, at: now)
        case .changes(let changes): take(changes, at: now)
        case .alive: []
        }
    }

    private mutating func take(_ state: PeerState, at now: BootTime) -> [String] {
        var refused: [String] = []
        do throws(SiteTerms.Refusal) {
            let terms = try SiteTerms(
                lease: state.lease,
                networks: state.networks,
                tunnelRange: state.tunnelRange,
                refused: { refused.append($0) }
            )
            self.terms = terms
            let peers = usable(state.peers, terms, &refused)
            for key in admitted.keys where peers[key] == nil { remove(key) }
            firstLeaseEnds = now + Double(terms.lease)
            // Addresses that are exchanged must be free before they are taken.
            for (key, address) in peers { if let old = admitted[key]?.address, old != address { remove(key) } }
            for (key, address) in peers { admit(key, address, until: now + Double(terms.lease)) }
        } catch {
            // Nobody is let in or renewed by it; but whom it does not list is cut off.
            refused.append(error.because)
            let listed = Set(state.peers.map(\.publicKey))
            for key in admitted.keys where !listed.contains(key.base64) { remove(key) }
        }
        revision = state.revision
        return refused
    }

    private mutating func take(_ changes: PeerChanges, at now: BootTime) -> [String] {
        var refused: [String] = []
        let staying = Set(changes.added.map(\.publicKey))
        for text in changes.removed where !staying.contains(text) {
            if let key = PublicKey(base64: text) { remove(key) }
        }
        if let terms {
            let added = usable(changes.added, terms, &refused)
            // The address that such a one had is not the server's wish any more.
            for key in staying.compactMap({ PublicKey(base64: $0) }) where added[key] == nil { remove(key) }
            for (key, address) in added where admitted[key]?.address != address { remove(key) }
            if admitted.isEmpty && !added.isEmpty { firstLeaseEnds = now + Double(terms.lease) }
            for (key, address) in added {
                if let holder = holders[address], holder != key {
                    refused.append("the address \(address) for two peers")
                } else {
                    admit(key, address, until: now + Double(terms.lease))
                }
            }
        } else if !changes.added.isEmpty {
            refused.append("peers before the site's state")
        }
        revision = changes.revision
        return refused
    }

    /// The peers by key, without those whose key or address cannot be, and without all who share an address.
    private func usable(_ peers: [Peer], _ terms: SiteTerms, _ refused: inout [String]) -> [PublicKey: Address] {
        var usable: [PublicKey: Address] = [:]
        var taken: [Address: PublicKey] = [:]
        for peer in peers {
            guard let key = PublicKey(base64: peer.publicKey), key != ownKey else {
                refused.append("the key \(peer.publicKey.quoted)")
                continue
            }
            guard let address = terms.peerAddress(peer.address) else {
                refused.append("the address \(peer.address.quoted)")
                // Its old address is not what the server wants, either.
                usable[key] = nil
                continue
            }
            if let other = taken[address], other != key {
                refused.append("the address \(address) for two peers")
                usable[other] = nil
                continue
            }
            taken[address] = key
            usable[key] = address
        }
        return usable
    }

    // MARK: Time

    /// Lets go of those whose lease has run out.
    ///
    /// - Returns: How many they were.
    mutating func expire(at now: BootTime) -> Int {
        guard let firstLeaseEnds, firstLeaseEnds <= now, !admitted.isEmpty else { return 0 }
        let gone = admitted.filter { $0.value.leaseEnds <= now }
        for key in gone.keys { remove(key) }
        self.firstLeaseEnds = admitted.values.map(\.leaseEnds).min()
        return gone.count
    }

    /// Lets nobody in any more.
    mutating func clear() {
        for key in admitted.keys { remove(key) }
        firstLeaseEnds = nil
    }

    /// Takes up what was kept when the program ended.
    mutating func restore(
        _ peers: [PublicKey: Admission],
        _ terms: SiteTerms,
        revision: Int64,
        at now: BootTime
    ) {
        self.terms = terms
        self.revision = revision
        for (key, admission) in peers where key != ownKey && holders[admission.address] == nil {
            // No lease is longer than what a server could have given at this moment.
            let ends = min(admission.leaseEnds, now + Double(terms.lease))
            if ends > now { admit(key, admission.address, until: ends) }
        }
        firstLeaseEnds = admitted.values.map(\.leaseEnds).min()
    }

    // MARK: What is to be done

    /// Whoever is to be cut off.
    var cuts: PeerChange {
        var change = PeerChange()
        // Also one that was never in: what was kept of it has to go.
        for key in unsettled where admitted[key] == nil {
            change.cut.append(key)
            leave(inForce[key], &change)
        }
        return change
    }

    /// Who is to be let in, `most` of them, and those who get another address.
    func letIns(most: Int) -> PeerChange {
        var change = PeerChange()
        for key in unsettled {
            guard change.letIn.count < most else { break }
            guard let new = admitted[key]?.address, inForce[key] != new else { continue }
            change.letIn.append(.init(key: key, address: new))
            leave(inForce[key], &change)
        }
        return change
    }

    private func leave(_ old: Address?, _ change: inout PeerChange) {
        guard let old else { return }
        change.former.append(old)
        // Who is to have it may have been let in with it already.
        if holders[old] == nil { change.freed.append(old) }
    }

    /// The change has been carried out, both halves of it.
    mutating func settle(_ change: PeerChange) {
        for key in change.cut { inForce[key] = nil }
        for entry in change.letIn { inForce[entry.key] = entry.address }
        unsettled = unsettled.filter { admitted[$0]?.address != inForce[$0] }
    }

    /// What is in force has been looked up, or made anew.
    mutating func found(inForce found: [PublicKey: Address]) {
        inForce = found
        unsettled = Set(admitted.keys).union(found.keys).filter { admitted[$0]?.address != found[$0] }
    }

    var isSettled: Bool { unsettled.isEmpty }

    private mutating func admit(_ key: PublicKey, _ address: Address, until end: BootTime) {
        if admitted[key]?.address != address { unsettled.insert(key) }
        admitted[key] = Admission(address: address, leaseEnds: end)
        holders[address] = key
    }

    private mutating func remove(_ key: PublicKey) {
        guard let admission = admitted.removeValue(forKey: key) else { return }
        holders[admission.address] = nil
        unsettled.insert(key)
    }
}
