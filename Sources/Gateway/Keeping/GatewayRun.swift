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

    let contact = ServerContact()
    private let work = Bell()
    private let done = Bell()

    /// Seconds without a message after which the stream is taken for dead.
    static let silence = 3 * GatewayPath.aliveInterval
    /// Seconds after which a stream that ended was a good one.
    private static let steadiness = 2 * silence

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
                group.addTask { try await cutOverdue() }
                group.addTask { try await watchLeases() }
                group.addTask { try await watchFirewall() }
                group.addTask { try await tidy() }
                group.addTask { try await report() }
                group.addTask { try await writeDown() }
                defer { group.cancelAll() }
                do {
                    while try await group.next() != nil {}
                } catch GatewayError.tokenRefused {
                    // At once: the other tasks may take their time to end, and the server counts everybody as cut.
                    await keeper.cutAll()
                    throw GatewayError.tokenRefused
                }
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
            let start = ContinuousClock.now
            do {
                try await followOnce()
                logger.notice("The server ended the stream.")
            } catch GatewayError.tokenRefused {
                throw GatewayError.tokenRefused
            } catch let error as GatewayError {
                try Task.checkCancellation()
                logger.warning("The server is not heard.", metadata: ["cause": "\(error.errorDescription ?? "")"])
            }
            // One that ends after its first lines is none: two machines with one token take it from each other.
            if ContinuousClock.now - start >= .seconds(Self.steadiness) { backoff.reset() }
            try await Task.sleep(for: .seconds(backoff.wait()))
        }
    }

    /// One stream, to its end.
    private func followOnce() async throws {
        contact.beginStream()
        let silence = Duration.seconds(Self.silence)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.follow(token: settings.token) { message throws(GatewayError) in
                    let now = BootTime.now
                    // The machine slept, or we were stopped: nobody knows when this was said.
                    guard contact.ageOnStream <= silence else {
                        throw .unreachable(settings.server.origin, cause: "what it said is old")
                    }
                    contact.hear()
                    await keeper.take(message, at: now)
                    work.ring()
                }
            }
            group.addTask {
                while contact.ageOnStream <= silence {
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

    /// A cut waits for nothing that hangs.
    private func cutOverdue() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(200))
            await keeper.cutOverdue()
        }
    }

    /// Also gets what failed tried again.
    private func watchLeases() async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            await keeper.expire()
            let inForce = await keeper.revisionInForce
            if await !keeper.isSettled || contact.acknowledged != inForce { work.ring() }
        }
    }

    /// Beside the leases, so that they end also where it takes long to answer.
    private func watchFirewall() async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            await keeper.count()
            if await !keeper.isSettled { work.ring() }
        }
    }

    private func acknowledge() async throws {
        var backoff = Backoff(longest: 2)
        for await _ in done.rings {
            guard let revision = await keeper.revisionInForce, revision != contact.acknowledged,
                contact.wasHeard(within: .seconds(Self.silence))
            else { continue }
            do throws(GatewayError) {
                try await server.acknowledge(revision, token: settings.token)
                contact.acknowledged = revision
                backoff.reset()
            } catch {
                guard error != .tokenRefused else { throw error }
                logger.notice(
                    "A revision was not acknowledged.",
                    metadata: ["cause": "\(error.errorDescription ?? "")"]
                )
                try await Task.sleep(for: .seconds(backoff.wait()))
                done.ring()
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
        // A folder that cannot be written keeps peers, whom the next start lets in: until the server has refused it too, and
        // without a server for the rest of their lease.
        try? folder.forgetPeers()
        // It lists who is out.
        try? PrivateFile.remove(folder.statusFile)
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
}
