import Foundation

/// Files that hold a secret, or what must not be forged: mode 0600 from their first byte, and never half written.
enum PrivateFile {
    /// nil where there is no such file.
    ///
    /// - Throws: Also where others may read it.
    static func contents(of path: String) throws(GatewayError) -> Data? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .cannotRead(path: path, cause: reason()) }
            return nil
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotRead(path: path, cause: "it is not a file") }
        guard status.st_mode & 0o077 == 0 else { throw .readableByOthers(path: path) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .cannotRead(path: path, cause: "another user's")
        }
        return data
    }

    /// Replaces `path` as a whole.
    ///
    /// - Parameter isLasting: Whether it has to be there after a power failure, too.
    static func write(_ data: Data, to path: String, isLasting: Bool = true) throws(GatewayError) {
        let unfinished = "\(path).\(getpid()).new"
        // What a process of this number left that was killed.
        unlink(unfinished)
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, cause: reason()) }
        let isWritten = writeAll(data, to: descriptor) && (!isLasting || fsync(descriptor) == 0)
        let cause = reason()
        guard close(descriptor) == 0, isWritten, rename(unfinished, path) == 0 else {
            let cause = isWritten ? reason() : cause
            unlink(unfinished)
            throw .cannotWrite(path: path, cause: cause)
        }
    }

    /// Adds to the end of `path`, which is made where it is not there.
    static func append(_ data: Data, to path: String) throws(GatewayError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, cause: reason()) }
        defer { close(descriptor) }
        guard writeAll(data, to: descriptor) else { throw .cannotWrite(path: path, cause: reason()) }
    }

    /// Nothing happens where there is no such file.
    static func remove(_ path: String) throws(GatewayError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .cannotWrite(path: path, cause: reason()) }
    }

    static func writeAll(_ data: Data, to descriptor: Int32) -> Bool {
        data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
