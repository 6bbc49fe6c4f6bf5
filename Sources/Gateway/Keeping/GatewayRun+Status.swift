import Foundation
import Logging

/// What is written down of it.
extension GatewayRun {
    /// Writes down how it goes, and who would be let in after a restart.
    func writeDown() async throws {
        var saved: (revision: Int64?, lease: BootTime?) = (nil, nil)
        while true {
            let book = await keeper.book
            if saved != (book.revision, book.firstLeaseEnds) {
                await save()
                saved = (book.revision, book.firstLeaseEnds)
            }
            let figures = await keeper.figures()
            do { try folder.write(await status(book, figures), to: folder.statusFile, isLasting: false) } catch {
                logger.warning("The status was not written.", metadata: ["cause": "\(error)"])
            }
            try await Task.sleep(for: .seconds(book.admitted.count < GatewayStatus.manyPeers ? 2 : 30))
        }
    }

    func save() async {
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
