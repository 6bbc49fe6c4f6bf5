import Foundation
import GatewayAPI
import Logging

/// Brings the interface and the firewall to what the book says, and fails closed.
///
/// What the server says comes in at any time; ``settle()`` is called by one task, again and again, and carries out whatever
/// has come in since. Whatever fails is made anew as a whole the next time: the table in one transaction, the peers by what
/// the interface says it has. A cut that has to wait for a step that hangs is carried out in WireGuard beside it.
actor PeerKeeper {
    private let tunnel: Tunnel
    private let folder: StateFolder
    private let logger: Logger

    private(set) var book: PeerBook
    private(set) var device: (any WireGuardDevice)?
    /// The revision that is in force as far as cuts go: nobody is let in but its peers, or those of a later one.
    private(set) var revisionInForce: Int64?
    /// Why the last try failed; nil where it did not.
    private(set) var trouble: String?
    private(set) var refusedPackets: Int64 = 0

    /// What the firewall has.
    private var networksInForce: [AddressBlock]?
    private var rangeInForce: AddressBlock?
    private var leaseInForce: BootTime?
    /// Whether nothing is known of what is in force.
    private var isToBeMadeAnew = true
    /// Whether that came to be so, perhaps, while it was made anew.
    private var isInDoubt = false
    /// Whether the table was taken away, so that nothing is filtered until it is loaded again.
    private var isTableGone = false
    /// Whose flows the kernel may still remember.
    private var toBeForgotten: [Address] = []
    /// Where cuts are noted since the peers were last saved.
    private var cutsFile = 0
    /// With which the peers may have been saved; nil where there were none.
    private var savedTerms: SiteTerms?
    /// Who was to be cut when ``cutOverdue()`` was last called, and who was cut by it before their turn.
    private var waiting: Set<PublicKey> = []
    private var cutAhead: Set<PublicKey> = []

    /// How many are let in before the next cut is looked for: about 50 ms of WireGuard's time.
    private static let mostAtOnce = 500

    init(tunnel: Tunnel, folder: StateFolder, logger: Logger) {
        self.tunnel = tunnel
        self.folder = folder
        self.logger = logger
        var book = PeerBook(ownKey: tunnel.key.publicKey)
        folder.restore(into: &book, at: .now)
        self.book = book
        self.savedTerms = book.terms
        self.cutsFile = Int(BootTime.now.seconds * 1_000)
    }

    // MARK: What comes in

    /// - Parameter time: When it was heard.
    func take(_ message: PeerMessage, at time: BootTime) {
        let refused = book.take(message, at: time)
        doubtIfBack(cutAhead)
        guard !refused.isEmpty else { return }
        logger.warning(
            "The server sent what cannot be; it lets nobody in.",
            metadata: ["count": "\(refused.count)", "first": "\(refused.prefix(3).joined(separator: ", "))"]
        )
    }

    /// Lets go of those whose lease ran out.
    func expire() {
        let count = book.expire(at: .now)
        if count > 0 { logger.warning("Leases ran out.", metadata: ["peers": "\(count)"]) }
    }

    func clear() {
        book.clear()
    }

    /// Takes everybody out of WireGuard now, without waiting for a step that is going on. The next steps do the rest, and this
    /// once more where it failed.
    func cutAll() async {
        book.clear()
        let keys = book.cuts.cut
        note(cut: keys)
        try? await device?.cut(keys)
    }

    // MARK: What is done

    /// Whether ``settle()`` has nothing to do.
    var isSettled: Bool {
        hasNobodyToCut && book.isSettled && book.firstLeaseEnds == leaseInForce && book.revision == revisionInForce
    }

    /// Whether nobody is let in who should not be, nor for longer, nor into other networks.
    private var hasNobodyToCut: Bool {
        !isToBeMadeAnew && book.terms?.networks == networksInForce && book.terms?.tunnelRange == rangeInForce
            && book.cuts.cut.isEmpty && !isLeaseTooLong
    }

    private var isLeaseTooLong: Bool {
        guard let leaseInForce else { return false }
        return book.firstLeaseEnds.map { $0 < leaseInForce } ?? true
    }

    /// Carries out a step of what has come in: who leaves, or where nobody is left to leave, who comes.
    ///
    /// - Returns: Whether more is left to do at once.
    func settle() async throws(GatewayError) -> Bool {
        do {
            if hasNobodyToCut { try await letIn() } else { try await cut() }
        } catch {
            isToBeMadeAnew = true
            trouble = error.errorDescription
            throw error
        }
        trouble = nil
        return !isSettled
    }

    /// Who is cut leaves WireGuard first, which takes a fraction of a millisecond, and then the firewall. A half that fails
    /// does not keep the other from its cuts.
    private func cut() async throws(GatewayError) {
        let revision = book.revision
        let change = book.cuts
        note(cut: change.cut)
        noteTerms()
        var failure: GatewayError?
        if let device, !change.cut.isEmpty {
            do { try await device.cut(change.cut) } catch { failure = error }
        }
        // To look after WireGuard takes a while; the firewall need not wait for it.
        if failure != nil, !isToBeMadeAnew {
            try? await tunnel.firewall.run(tunnel.firewall.script.change(freed: change.freed, letIn: []))
        }
        do {
            if isToBeMadeAnew || failure != nil {
                try await makeAnew()
            } else {
                try await changeFirewall(change)
                book.settle(change)
            }
        } catch {
            // Neither half took the cut, or there is no firewall: then nothing passes at all.
            if failure != nil || isTableGone { try await tunnel.interface.close() }
            throw error
        }
        toBeForgotten += change.former
        revisionInForce = revision
    }

    /// The firewall first: nobody is heard before it lets them through.
    private func letIn() async throws(GatewayError) {
        let revision = book.revision
        let change = book.letIns(most: Self.mostAtOnce)
        try await changeFirewall(change)
        try await device?.letIn(change.letIn)
        book.settle(change)
        toBeForgotten += change.former
        // Those who are still to be let in make no difference to it.
        revisionInForce = revision
    }

    /// A restart must not bring back who is out.
    private func note(cut keys: some Collection<PublicKey>) {
        noting { () throws(GatewayError) in try folder.save(cut: Array(keys), in: cutsFile) }
    }

    /// Nor networks that are nobody's any more, nor a lease that was longer.
    private func noteTerms() {
        guard book.terms != savedTerms else { return }
        if savedTerms != nil {
            noting { () throws(GatewayError) in try folder.saveThatTermsChanged(in: cutsFile) }
        }
        savedTerms = book.terms
    }

    private func noting(_ note: () throws(GatewayError) -> Void) {
        do { try note() } catch {
            logger.error("Cuts could not be noted.", metadata: ["cause": "\(error.errorDescription ?? "")"])
            // On a disk that is full files can still be removed; where they cannot, the restart's first state has the cut.
            try? folder.forgetPeers()
        }
    }

    private func changeFirewall(_ change: PeerChange) async throws(GatewayError) {
        let script = tunnel.firewall.script
        let terms = book.terms
        let leaseEnds = book.firstLeaseEnds
        var text = script.change(freed: change.freed, letIn: change.letIn.map(\.address))
        if let terms, terms.networks != networksInForce { text += script.networks(terms.networks) }
        if leaseEnds != leaseInForce { text += script.lease(seconds(until: leaseEnds)) }
        if let terms, terms.tunnelRange != rangeInForce {
            try await tunnel.interface.open(at: terms.ownAddress, in: terms.tunnelRange)
        }
        try await tunnel.firewall.run(text)
        (networksInForce, rangeInForce, leaseInForce) = (terms?.networks, terms?.tunnelRange, leaseEnds)
    }

    /// Finds out what the interface has, takes from it what should not be there, and loads the firewall for the rest. Who is
    /// missing comes with the next change.
    private func makeAnew() async throws(GatewayError) {
        isInDoubt = false
        let device = try await tunnel.interface.made()
        self.device = device
        let state = try await device.state()
        let right = state.peers.compactMapValues(\.address).filter { book.admitted[$0.key]?.address == $0.value }
        try await device.cut(state.peers.keys.filter { right[$0] == nil })
        let terms = book.terms
        let leaseEnds = book.firstLeaseEnds
        try await tunnel.firewall.run(
            tunnel.firewall.script.whole(
                peers: right.values,
                networks: terms?.networks ?? [],
                lease: seconds(until: leaseEnds),
                refused: refusedPackets
            )
        )
        isTableGone = false
        try await device.configure(
            key: tunnel.key,
            keyFile: tunnel.keyFile,
            listenPort: tunnel.listenPort,
            from: state
        )
        try await tunnel.forwarding.turnOn()
        if let terms { try await tunnel.interface.open(at: terms.ownAddress, in: terms.tunnelRange) }
        (networksInForce, rangeInForce, leaseInForce) = (terms?.networks, terms?.tunnelRange, leaseEnds)
        book.found(inForce: right)
        isToBeMadeAnew = isInDoubt
        toBeForgotten += state.peers.filter { right[$0.key] == nil }.values.compactMap(\.address)
    }

    /// The kernel's own end of all leases, with the first of them: a second later than ours, so that ours comes first. nil
    /// where there is none.
    private func seconds(until end: BootTime?) -> Int? {
        guard let end, end > .now else { return nil }
        return Int((end - .now).rounded(.up)) + 1
    }

    // MARK: Beside it

    /// Takes from WireGuard whoever has waited for a cut since the last call, as behind an `nft` that hangs. Their turn comes
    /// nonetheless, for the firewall and for the book.
    func cutOverdue() async {
        let now = Set(book.cuts.cut)
        let overdue = now.intersection(waiting).subtracting(cutAhead)
        waiting = now
        cutAhead.formIntersection(now)
        guard let device, !overdue.isEmpty else { return }
        cutAhead.formUnion(overdue)
        note(cut: overdue)
        do { try await device.cut(Array(overdue)) } catch {
            logger.warning("A cut has to wait.", metadata: ["cause": "\(error.errorDescription ?? "")"])
        }
        doubtIfBack(overdue)
    }

    /// Whoever was cut ahead and comes back before their turn is in force as far as the book knows, and is not.
    private func doubtIfBack(_ keys: Set<PublicKey>) {
        guard keys.contains(where: { book.admitted[$0] != nil }) else { return }
        isInDoubt = true
        isToBeMadeAnew = true
    }

    /// Takes what the kernel remembers of those who are out. Nobody waits for it.
    func tidy() async {
        let addresses = toBeForgotten
        toBeForgotten = []
        guard !addresses.isEmpty else { return }
        do { try await ConnectionTracking.forget(addresses) } catch {
            logger.notice("Flows were not forgotten.", metadata: ["cause": "\(error.errorDescription ?? "")"])
        }
    }

    /// Counts what the firewall refused, and finds out whether it still is there.
    func count() async {
        do {
            let count = try await tunnel.firewall.refusedPackets()
            refusedPackets = max(refusedPackets, count ?? 0)
            guard count == nil else { return isTableGone = false }
            if !isTableGone { logger.warning("The firewall's table is gone.") }
            isTableGone = true
        } catch {
            guard !isToBeMadeAnew else { return }
            logger.warning("The firewall does not answer.", metadata: ["cause": "\(error.errorDescription ?? "")"])
        }
        isToBeMadeAnew = true
    }

    /// Looks whether the interface still is there.
    func figures() async -> [PublicKey: DevicePeer] {
        guard !isToBeMadeAnew, let device else { return [:] }
        do { return try await device.state().peers } catch {
            logger.warning("The interface is gone.", metadata: ["cause": "\(error.errorDescription ?? "")"])
            isToBeMadeAnew = true
            return [:]
        }
    }

    /// Writes down who is let in, for a restart. The long part is done by the caller's task and not while others wait.
    func saved() -> (peers: SavedPeers, cuts: Int)? {
        guard let saved = SavedPeers(book, boot: BootTime.boot) else { return nil }
        cutsFile += 1
        return (saved, cutsFile)
    }
}
