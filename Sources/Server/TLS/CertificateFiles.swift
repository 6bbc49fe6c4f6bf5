import Foundation
import NIOCore
import NIOSSL

/// The files of a certificate chain and its key, both in PEM.
struct CertificateFiles: Sendable {
    let certificate: String
    let key: String

    /// Reads both.
    ///
    /// - Throws: ``Failure`` where they cannot be used: with what is wrong and what to do about it.
    func load() throws(Failure) -> NIOSSLContext {
        try refuseReadableByOthers()
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw .said(
                "The certificate \(certificate) cannot be read.",
                hint: "Name a file with the certificate in PEM, followed by those of the authorities between."
            )
        }
        guard !chain.isEmpty else {
            throw .said("The file \(certificate) holds no certificate.", hint: "Name a file in PEM.")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: self.key, format: .pem)
        } catch {
            throw .said(
                "The key \(self.key) cannot be read.",
                hint: "Name a file with the key in PEM, without a passphrase."
            )
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        // How long the end of a connection waits for the client's own word of it, which some never send.
        configuration.shutdownTimeout = .seconds(1)
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .said(
                "The key \(self.key) does not belong to the certificate \(certificate).",
                hint: "Name the two files that were made together."
            )
        }
    }

    /// What changes when one of the files does.
    var stamp: [String] {
        [certificate, key].map { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return "" }
            return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
        }
    }

    private func refuseReadableByOthers() throws(Failure) {
        var status = stat()
        guard stat(key, &status) == 0, status.st_mode & 0o007 != 0 else { return }
        throw .said(
            "The key \(key) can be read or changed by everybody on this machine.",
            hint: "Take that right away with chmod o-rwx, and consider a new key."
        )
    }
}
