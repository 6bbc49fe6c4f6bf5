import Foundation
import GatewayAPI
import Logging

/// Everything that goes on while a gateway runs.
struct GatewayRun: Sendable {
    let settings: GatewaySettings
    let folder: StateFolder
    let server: TimusServer
    let tunnel: Tunnel
    let keeper: PeerKeeper
    let logger: Logger

    private let contact = ServerContact()
    private let work = Bell()
    private let done = Bell()

    /// Seconds without a message after which the stream is taken for dead.
    static let silence = 3 * GatewayPath.aliveInterval

    init(_ settings: GatewaySettings, folder: StateFolder, server: TimusServer, logger: Logger) throws(GatewayError) {
        self.settings = settings
        self.folder = folder
        self.server = server
        self.logger = logger
        self.tunnel = Tunnel(settings, key: try folder.privateKey(), keyFile: folder.keyFile)
        self.keeper = PeerKeeper(tunnel: tunnel, folder: folder, logger: logger)
    }

    /// Brings the interface and the firewall up, with those whose lease still holds.
    ///
    /// - Throws: Where that cannot be; then nothing passes.
    func begin() async throws(GatewayError) {
        do {
            while try await keeper.settle() {}
        } catch {
            // The first error is the one to tell.
            try? await tunnel.interface.close()
            throw error
        }
    }

    /// Keeps the peers as the server says until the task is cancelled.
    ///
    /// - Throws: ``GatewayError/tokenRefused``, after everybody has been cut off.
    func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await follow() }
                group.addTask { await settle() }
                group.addTask { try await acknowledge() }
                group.addTask { try await watchLeases() }
                group.addTask { try await tidy() }
                group.addTask { try await report() }
                group.addTask { try await writeDown() }
                defer { group.cancelAll() }
                while try await group.next() != nil {}
            }
        } catch GatewayError.tokenRefused {
            await cutEverybody()
            throw GatewayError.tokenRefused
        } catch is CancellationError {
            await save()
        }
    }

    // MARK: The server's word

    private func follow() async throws {
        var backoff = Backoff()
        while true {
            let start = Date()
            do {
                try await followOnce()
                logger.notice("The server ended the stream.")
            } catch GatewayError.tokenRefused {
                throw GatewayError.tokenRefused
            } catch let error as GatewayError {
                try Task.checkCancellation()
                logger.warning("The server is not heard.", metadata: ["cause": "\(error.errorDescription ?? "")"])
            }
            if let heard = contact.heardAt, heard >= start { backoff.reset() }
            try await Task.sleep(for: .seconds(backoff.wait()))
        }
    }

    /// One stream, to its end.
    private func followOnce() async throws {
        // It could be another server than before, or the same with an older memory.
        contact.acknowledged = nil
        let begin = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.follow(token: settings.token) { message in
                    contact.hear()
                    await keeper.take(message)
                    work.ring()
                }
            }
            group.addTask {
                let silence = Duration.seconds(Self.silence)
                while ContinuousClock.now - begin < silence || contact.wasHeard(within: silence) {
                    try await Task.sleep(for: .seconds(1))
                }
                throw GatewayError.unreachable(
                    settings.server.origin,
                    cause: "it said nothing for \(Self.silence) seconds"
                )
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    // MARK: What is done about it

    private func settle() async {
        for await _ in work.rings {
            do throws(GatewayError) {
                while try await keeper.settle() { done.ring() }
            } catch {
                let sentence = error.errorDescription ?? ""
                logger.error("The peers are not as the server says.", metadata: ["cause": "\(sentence)"])
                // Whatever failed will not be better at once, and a lease's end must not wait long.
                try? await Task.sleep(for: .milliseconds(500))
            }
            done.ring()
        }
    }

    /// Also gets what failed tried again.
    private func watchLeases() async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            await keeper.expire()
            if await !keeper.isSettled || contact.acknowledged == nil { work.ring() }
        }
    }

    private func acknowledge() async throws {
        for await _ in done.rings {
            guard let revision = await keeper.revisionInForce, revision != contact.acknowledged,
                contact.wasHeard(within: .seconds(Self.silence))
            else { continue }
            do throws(GatewayError) {
                try await server.acknowledge(revision, token: settings.token)
                contact.acknowledged = revision
            } catch {
                guard error != .tokenRefused else { throw error }
                logger.notice(
                    "A revision was not acknowledged.",
                    metadata: ["cause": "\(error.errorDescription ?? "")"]
                )
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    /// Nobody is let in, whatever fails.
    private func cutEverybody() async {
        await keeper.clear()
        do throws(GatewayError) {
            while try await keeper.settle() {}
        } catch {
            logger.error("The interface is taken down.", metadata: ["cause": "\(error.errorDescription ?? "")"])
            do { try await tunnel.interface.close() } catch {
                logger.critical("It stays.", metadata: ["cause": "\(error.errorDescription ?? "")"])
            }
        }
        // A folder that cannot be written keeps peers that the next start would let in for the rest of their lease; it asks
        // the server first, and is refused.
        try? folder.forgetPeers()
        logger.error("The server does not know this gateway: everybody was cut off.")
    }

    // MARK: Beside it

    private func tidy() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(200))
            await keeper.tidy()
        }
    }

    private func report() async throws {
        var report = UseReport()
        try await Task.sleep(for: .seconds(3))
        while true {
            await keeper.count()
            let figures = await keeper.figures()
            do throws(GatewayError) {
                for part in report.parts(figures) {
                    try await server.report(
                        GatewayReport(
                            version: TimusGateway.version,
                            implementation: await keeper.device?.implementation ?? "none",
                            refusedPackets: await keeper.refusedPackets,
                            peers: part
                        ),
                        token: settings.token
                    )
                }
                report.wasTaken(figures)
            } catch {
                guard error != .tokenRefused else { throw error }
                logger.notice("A report was not taken.", metadata: ["cause": "\(error.errorDescription ?? "")"])
            }
            try await Task.sleep(for: .seconds(30))
        }
    }

    /// Writes down how it goes, and who would be let in after a restart.
    private func writeDown() async throws {
        var saved: BootTime?
        while true {
            await keeper.count()
            let book = await keeper.book
            if book.lastLeaseEnds != saved {
                await save()
                saved = book.lastLeaseEnds
            }
            let figures = await keeper.figures()
            do { try folder.write(await status(book, figures), to: folder.statusFile, isLasting: false) } catch {
                logger.warning("The status was not written.", metadata: ["cause": "\(error)"])
            }
            // A large file costs more than it tells.
            try await Task.sleep(for: .seconds(book.admitted.count < 1_000 ? 2 : 30))
        }
    }

    private func save() async {
        guard let (peers, cuts) = await keeper.saved() else { return }
        do { try folder.save(peers, cuts: cuts) } catch {
            logger.error("The peers were not saved.", metadata: ["cause": "\(error.errorDescription ?? "")"])
        }
    }

    private func status(_ book: PeerBook, _ figures: [PublicKey: DevicePeer]) async -> GatewayStatus {
        let (now, date) = (BootTime.now, Date())
        let peers = book.admitted.map { key, admission in
            let figure = figures[key] ?? DevicePeer()
            return GatewayStatus.PeerStatus(
                publicKey: key.base64,
                address: "\(admission.address)",
                leaseEndsAt: date.addingTimeInterval(admission.leaseEnds - now),
                lastHandshakeAt: figure.lastHandshakeAt,
                receivedBytes: figure.receivedBytes,
                sentBytes: figure.sentBytes
            )
        }
        return GatewayStatus(
            version: TimusGateway.version,
            name: settings.name,
            site: settings.site,
            server: settings.server.origin,
            interface: settings.interface,
            implementation: await keeper.device?.implementation,
            isServerReachable: contact.wasHeard(within: .seconds(Self.silence)),
            serverHeardAt: contact.heardAt,
            revision: book.revision,
            revisionInForce: await keeper.revisionInForce,
            trouble: await keeper.trouble,
            lease: book.terms?.lease,
            networks: book.terms?.networks.map(\.description) ?? [],
            peerCount: peers.count,
            firstLeaseEndsAt: peers.map(\.leaseEndsAt).min(),
            lastHandshakeAt: peers.compactMap(\.lastHandshakeAt).max(),
            receivedBytes: peers.map(\.receivedBytes).reduce(0, +),
            sentBytes: peers.map(\.sentBytes).reduce(0, +),
            refusedPackets: await keeper.refusedPackets,
            peers: peers.sorted { $0.publicKey < $1.publicKey },
            writtenAt: date
        )
    }
}
