import Foundation

/// One at a time, among all processes of this user and all tasks of this one: whoever renews or ends the session in a folder.
///
/// A refresh token is good once. Two that showed the same one would look like a thief and its owner.
struct SessionLock {
    private static let file = "session.lock"
    /// Longer than a request to the server takes, so that whoever holds it has finished.
    private static let patience = Duration.seconds(60)

    /// Calls `body` once nobody else holds the lock. The lock ends with the process, however that ends.
    static func held<Result>(in folder: StateFolder, _ body: () async throws -> Result) async throws -> Result {
        try folder.make()
        let path = folder.file(file)
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ConnectError.cannotWrite(path: path, cause: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        let end = ContinuousClock.now + patience
        // Not waited for in the kernel: that would stop one of the few threads that tasks share.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < end else {
                throw ConnectError.cannotWrite(path: path, cause: "another timus-connect holds it")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await body()
    }
}
