import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The certificate that new connections get. It is read again when its files change; connections that are open keep the
/// one with which they began.
final class ServerCertificate: Service {
    /// Seconds between two looks at the files.
    private static let interval = 2

    private let files: CertificateFiles
    private let logger: Logger
    private let inUse: Mutex<NIOSSLContext>
    private let seen: Mutex<[String]>

    /// - Throws: ``Failure`` where the files cannot be used.
    init(_ files: CertificateFiles, logger: Logger) throws(Failure) {
        self.files = files
        self.logger = logger
        seen = Mutex(files.stamp)
        inUse = Mutex(try files.load())
    }

    var context: NIOSSLContext { inUse.withLock { $0 } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(Self.interval))
                self.reload()
            }
        }
    }

    /// Takes the files where they changed. What cannot be used is said once, and the certificate in use stays.
    private func reload() {
        let stamp = files.stamp
        guard seen.withLock({ $0 != stamp }) else { return }
        do throws(Failure) {
            let new = try files.load()
            inUse.withLock { $0 = new }
            logger.notice("The certificate was read again.", metadata: ["file": "\(files.certificate)"])
        } catch {
            logger.error(
                "The new certificate is not used; the one before stays.",
                metadata: ["cause": "\(error.errorDescription ?? "")", "hint": "\(error.recoverySuggestion ?? "")"]
            )
        }
        seen.withLock { $0 = stamp }
    }
}
