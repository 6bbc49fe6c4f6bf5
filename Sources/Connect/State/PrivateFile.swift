import Foundation
import Synchronization

/// Files that hold a secret: mode 0600 from their first byte, and never half written.
enum PrivateFile {
    /// One at a time in this process, whose number is in the name of what is unfinished.
    private static let turn = Mutex(())

    /// Replaces `path` as a whole: what was there stays until the new content is on disk.
    static func write(_ data: Data, to path: String, isLasting: Bool = true) throws(ConnectError) {
        try turn.withLock { (_) throws(ConnectError) in try replace(path, with: data, isLasting: isLasting) }
    }

    /// That it can be written, before something is done that only its content makes useful. Leaves what is there.
    static func check(_ path: String) throws(ConnectError) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw .cannotWrite(path: path, cause: String(cString: strerror(EISDIR)))
        }
        try turn.withLock { (_) throws(ConnectError) in
            let (unfinished, descriptor) = try begin(path)
            close(descriptor)
            unlink(unfinished)
        }
    }

    /// The new file beside `path`, empty and open.
    private static func begin(_ path: String) throws(ConnectError) -> (unfinished: String, descriptor: Int32) {
        let unfinished = "\(path).\(getpid()).new"
        // Of a process that had our number and did not finish.
        unlink(unfinished)
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, cause: reason()) }
        return (unfinished, descriptor)
    }

    private static func replace(_ path: String, with data: Data, isLasting: Bool) throws(ConnectError) {
        let (unfinished, descriptor) = try begin(path)
        let isWritten = data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return !isLasting || fsync(descriptor) == 0
        }
        let cause = reason()
        guard close(descriptor) == 0, isWritten, rename(unfinished, path) == 0 else {
            let cause = isWritten ? reason() : cause
            unlink(unfinished)
            throw .cannotWrite(path: path, cause: cause)
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
