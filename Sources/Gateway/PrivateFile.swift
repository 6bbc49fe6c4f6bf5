import Foundation

/// Files that hold a secret: mode 0600.
enum PrivateFile {
    /// The first line of a file that nobody else may read.
    static func firstLine(of path: String) throws(GatewayError) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .cannotRead(path: path, cause: reason()) }
        guard status.st_mode & 0o077 == 0 else { throw .readableByOthers(path: path) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .cannotRead(path: path, cause: "another user's")
        }
        let text = String(decoding: data, as: UTF8.self)
        return String(text.prefix { !$0.isNewline }).trimmingCharacters(in: .whitespaces)
    }

    /// Replaces `path` as a whole.
    static func write(_ text: String, to path: String) throws(GatewayError) {
        let unfinished = "\(path).\(getpid()).new"
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, cause: reason()) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
            try handle.close()
        } catch {
            unlink(unfinished)
            throw .cannotWrite(path: path, cause: error.localizedDescription)
        }
        guard rename(unfinished, path) == 0 else {
            let cause = reason()
            unlink(unfinished)
            throw .cannotWrite(path: path, cause: cause)
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
