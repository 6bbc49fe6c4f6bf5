import Foundation

/// One interface at a time is made on this machine: from the look at which names are free until it bears its owner's mark.
struct HoldLock {
    /// Only root writes there.
    private static let path = "/run/timus-connect.lock"
    /// Seconds. Whoever has it needs a tenth of one, and a few where `wireguard-go` does not answer.
    private static let patience = 20.0

    private let descriptor: Int32

    init() throws(HoldRefusal) {
        descriptor = open(Self.path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw HoldRefusal("\(Self.path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        let end = BootTime.now + Self.patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard BootTime.now < end else {
                close(descriptor)
                throw HoldRefusal("Another timus-connect is making a tunnel on this machine")
            }
            usleep(10_000)
        }
    }

    func letGo() { close(descriptor) }
}
