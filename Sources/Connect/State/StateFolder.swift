import ConnectAPI
import Foundation

/// The folder in which Connect keeps what it needs between runs: only its owner may enter (0700), and only they may read a
/// file in it (0600).
struct StateFolder: Sendable {
    let path: String

    init(path: String) {
        self.path = path
    }

    /// `TIMUS_CONNECT_HOME`, else `timus-connect` in `XDG_STATE_HOME`, else in `~/.local/state`.
    init(environment: [String: String]) {
        if let home = environment["TIMUS_CONNECT_HOME"], !home.isEmpty {
            self.path = home
        } else if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            self.path = state + "/timus-connect"
        } else {
            self.path = (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/timus-connect"
        }
    }

    /// nil where there is no such file.
    func read<Kept: Decodable>(_ type: Kept.Type, from name: String) throws(ConnectError) -> Kept? {
        let file = self.file(name)
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        do {
            return try ConnectJSON.message(type, from: Data(contentsOf: URL(filePath: file)))
        } catch {
            throw .cannotRead(path: file, cause: "it is not what Connect wrote there, or another user's")
        }
    }

    /// - Parameter isLasting: Whether it must outlive the machine's sudden end, which costs the disk more.
    func write(_ kept: some Encodable, to name: String, isLasting: Bool = true) throws(ConnectError) {
        let data: Data
        do { data = try ConnectJSON.data(kept) } catch {
            throw .cannotWrite(path: file(name), cause: error.localizedDescription)
        }
        try make()
        try PrivateFile.write(data, to: file(name), isLasting: isLasting)
    }

    /// Nothing happens where there is no such file.
    func remove(_ name: String) throws(ConnectError) {
        let file = self.file(name)
        guard unlink(file) == 0 || errno == ENOENT else {
            throw .cannotWrite(path: file, cause: String(cString: strerror(errno)))
        }
    }

    /// The folder, made with its parents where it is missing and closed to others where it was open.
    func make() throws(ConnectError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: path, cause: "the folder cannot be made")
        }
        guard chmod(path, 0o700) == 0 else {
            throw .cannotWrite(path: path, cause: String(cString: strerror(errno)))
        }
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
