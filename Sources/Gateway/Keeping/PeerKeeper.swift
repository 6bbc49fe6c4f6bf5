import Foundation
import GatewayAPI
import Logging

/// Brings the interface and the firewall to what the book says, and fails closed.
///
/// What the server says comes in at any time; ``settle()`` is called by one task, again and again, and carries out whatever
/// has come in since. Whatever fails is made anew as a whole the next time: the table in one transaction, the peers by what
/// the interface says it has.
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
    /// Whose flows the kernel may still remember.
    private var toBeForgotten: [Address] = []
    /// Where cuts are noted since the peers were last saved.
    private var cutsFile = 0

    /// How many are let in before the next cut is looked for: about 50 ms of WireGuard's time.
    private static let mostAtOnce = 500

    init(tunnel: Tunnel, folder: StateFolder, logger: Logger) {
        self.tunnel = tunnel
        self.folder = folder
        self.logger = logger
        var book = PeerBook(ownKey: tunnel.key.publicKey)
        folder.restore(into: &book, at: .now)
        self.book = book
        self.cutsFile = Int(BootTime.now.seconds * 1_000)
    }

    // MARK: What comes in

    func take(_ message: PeerMessage) {
        let refused = book.take(message, at: .now)
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

    // MARK: What is done

    /// Whether ``settle()`` has something to do.
    var isSettled: Bool {
        !isToBeMadeAnew && book.isSettled && book.terms?.networks == networksInForce
            && book.terms?.tunnelRange == rangeInForce && book.lastLeaseEnds == leaseInForce
            && (book.revision == revisionInForce)
    }

    /// Carries out what has come in.
    ///
    /// - Returns: Whether more is left to do at once.
    func settle() async throws(GatewayError) -> Bool {
        let revision = book.revision
        let change = book.change(most: Self.mostAtOnce)
        note(cut: change.cut)
        do {
            try await carryOut(change)
        } catch {
            isToBeMadeAnew = true
            trouble = error.errorDescription
            throw error
        }
        trouble = nil
        toBeForgotten += change.freed
        // Those who are still to be let in make no difference to it.
        revisionInForce = revision
        return !isSettled
    }

    /// A restart must not bring back who is out.
    private func note(cut keys: [PublicKey]) {
        do { try folder.save(cut: keys, in: cutsFile) } catch {
            logger.error("Cuts could not be noted.", metadata: ["cause": "\(error.errorDescription ?? "")"])
            // On a disk that is full files can still be removed; where they cannot, the restart's first state has the cut.
            try? folder.forgetPeers()
        }
    }

    /// Who is cut leaves WireGuard first, which takes a fraction of a millisecond, and then the firewall; who is let in comes
    /// the other way round. A half that fails does not keep the other from its cuts.
    private func carryOut(_ change: PeerChange) async throws(GatewayError) {
        var failure: GatewayError?
        if let device, !change.cut.isEmpty {
            do { try await device.cut(change.cut) } catch { failure = error }
        }
        do {
            if isToBeMadeAnew || failure != nil {
                try await makeAnew()
            } else {
                try await changeFirewall(change)
                try await device?.letIn(change.letIn)
                book.settle(change)
            }
        } catch {
            // Neither half took the cut: then nothing passes at all.
            if failure != nil { try await tunnel.interface.close() }
            throw error
        }
    }

    private func changeFirewall(_ change: PeerChange) async throws(GatewayError) {
        let script = tunnel.firewall.script
        let terms = book.terms
        let leaseEnds = book.lastLeaseEnds
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
        let device = try await tunnel.interface.made()
        self.device = device
        let state = try await device.state()
        let right = state.peers.compactMapValues(\.address).filter { book.admitted[$0.key]?.address == $0.value }
        try await device.cut(state.peers.keys.filter { right[$0] == nil })
        let terms = book.terms
        let leaseEnds = book.lastLeaseEnds
        try await tunnel.firewall.run(
            tunnel.firewall.script.whole(
                peers: right.values,
                networks: terms?.networks ?? [],
                lease: seconds(until: leaseEnds),
                refused: refusedPackets
            )
        )
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
        isToBeMadeAnew = false
        toBeForgotten += state.peers.filter { right[$0.key] == nil }.values.compactMap(\.address)
    }

    /// The kernel's own end of all leases: a second later than ours, so that ours comes first. nil where there is none.
    private func seconds(until end: BootTime?) -> Int? {
        guard let end, end > .now else { return nil }
        return Int((end - .now).rounded(.up)) + 1
    }

    // MARK: Beside it

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
        guard !isToBeMadeAnew else { return }
        do {
            refusedPackets = max(refusedPackets, try await tunnel.firewall.refusedPackets())
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning("The firewall's table is gone.", metadata: ["cause": "\(error.errorDescription ?? "")"])
            isToBeMadeAnew = true
        }
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
