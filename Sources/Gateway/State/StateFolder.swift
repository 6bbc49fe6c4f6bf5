import Foundation
import GatewayAPI

/// The folder in which a gateway keeps what it is: only its owner may enter (0700).
struct StateFolder: Sendable {
    static let usual = "/var/lib/timus-gateway"

    let path: String

    var settingsFile: String { file("settings.json") }
    var keyFile: String { file("key") }
    var certificatesFile: String { file("ca.pem") }
    var peersFile: String { file("peers.json") }
    var statusFile: String { file("status.json") }

    /// Absolute, since `wg` and `wireguard-go` run elsewhere.
    init(path: String) {
        self.path = URL(filePath: path).standardizedFileURL.path
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes the folder with its parents where it is missing, and closes it to others where it was open.
    func make() throws(GatewayError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: path, cause: "the folder cannot be made")
        }
        guard chmod(path, 0o700) == 0 else {
            throw .cannotWrite(path: path, cause: String(cString: strerror(errno)))
        }
    }

    func settings() throws(GatewayError) -> GatewaySettings {
        guard let data = try PrivateFile.contents(of: settingsFile) else { throw .notEnrolled(folder: path) }
        return try GatewaySettings(data, path: settingsFile)
    }

    func write(_ settings: GatewaySettings) throws(GatewayError) {
        try write(settings, to: settingsFile)
    }

    func write(_ kept: some Encodable, to path: String, isLasting: Bool = true) throws(GatewayError) {
        let data: Data
        do { data = try GatewayJSON.data(kept) } catch {
            throw .cannotWrite(path: path, cause: error.localizedDescription)
        }
        try PrivateFile.write(data, to: path, isLasting: isLasting)
    }

    func privateKey() throws(GatewayError) -> PrivateKey {
        guard let data = try PrivateFile.contents(of: keyFile) else {
            throw .cannotRead(path: keyFile, cause: "there is no such file")
        }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let key = PrivateKey(base64: text) else {
            throw .cannotRead(path: keyFile, cause: "it holds no WireGuard key")
        }
        return key
    }

    // MARK: One at a time

    /// Held by `timus-gateway run` for as long as it lives, however that ends.
    ///
    /// - Returns: The descriptor that holds it, to be closed.
    /// - Throws: ``GatewayError/alreadyRunning(folder:)`` where another process has it.
    func lock() throws(GatewayError) -> Int32 {
        let path = file("lock")
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, cause: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .alreadyRunning(folder: self.path)
        }
        return descriptor
    }

    /// Whether `timus-gateway run` holds the folder.
    var isRunning: Bool {
        let descriptor = open(file("lock"), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }
}
