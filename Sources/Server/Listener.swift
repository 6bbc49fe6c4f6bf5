import Foundation
import NIOCore
import NIOPosix

/// Where a server listens, found free before anything else is started.
struct Listener: Sendable {
    let host: String
    let port: Int

    /// `http://127.0.0.1:8080`
    var address: String { "http://\(place)" }

    /// The same where the server speaks TLS.
    var secureAddress: String { "https://\(place)" }

    private var place: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - flag: Which flag to name where the port will not do.
    ///   - other: A port that this program is about to listen on, so that it is not taken twice.
    /// - Throws: ``Failure`` where the port is taken or may not be used.
    static func bound(
        host: String,
        port: Int,
        flag: String = "--port",
        otherThan other: Int? = nil
    ) async throws -> Listener {
        guard port == 0 || port != other else {
            throw Failure.usage("Port \(port) was given twice.", hint: "Choose another with \(flag).")
        }
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port)
                .get()
            let bound = channel.localAddress?.port ?? port
            try await channel.close()
            guard bound != other else { return try await Listener.bound(host: host, port: port, otherThan: other) }
            return Listener(host: host, port: bound)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Failure.said("Port \(port) is in use.", hint: "Choose another with \(flag), or 0 for a free one.")
        } catch let error as IOError where error.errnoCode == EACCES {
            throw Failure.said("Port \(port) may not be used.", hint: "Choose one above 1023 with \(flag).")
        } catch {
            throw Failure.said("Nothing can listen on \(host).", hint: "Choose an address of this machine with --host.")
        }
    }
}
