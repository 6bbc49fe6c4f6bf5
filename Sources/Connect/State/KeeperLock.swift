import Foundation

/// One keeper a folder: whoever has this lock keeps the folder's tunnel. It ends with the last process that has it open, however
/// that ends, and it is handed on by handing on its descriptor (flock(2)).
struct KeeperLock: Sendable {
    static let file = "keeper.lock"

    let descriptor: Int32

    /// nil where somebody else has it.
    static func taken(in folder: StateFolder) throws(ConnectError) -> KeeperLock? {
        try folder.make()
        let path = folder.file(file)
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, cause: String(cString: strerror(errno))) }
        // Once more for a moment: who only looks (``isHeld``) has it for that long.
        for _ in 0..<20 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                ftruncate(descriptor, 0)
                return KeeperLock(descriptor: descriptor)
            }
            usleep(5_000)
        }
        close(descriptor)
        return nil
    }

    /// Whether somebody has it now.
    static func isHeld(in folder: StateFolder) -> Bool {
        let descriptor = open(folder.file(file), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    /// The keeper's process; nil where nobody has the lock, or nobody has been named yet.
    static func holder(in folder: StateFolder) -> pid_t? {
        guard isHeld(in: folder), let text = try? String(contentsOfFile: folder.file(file), encoding: .utf8),
            let process = pid_t(text), process > 1
        else { return nil }
        return process
    }

    func name(_ process: pid_t) {
        let text = Array(String(process).utf8)
        pwrite(descriptor, text, text.count, 0)
    }

    func letGo() { close(descriptor) }
}
