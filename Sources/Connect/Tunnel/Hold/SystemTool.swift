import Foundation

/// A program of the system that the root helper runs: from a few folders, with an environment of its own, and never by a shell.
struct SystemTool: Sendable {
    let name: String

    static let ip = SystemTool(name: "ip")
    static let wg = SystemTool(name: "wg")
    static let wireguardGo = SystemTool(name: "wireguard-go")

    /// Only root writes there.
    private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"]
    static let environment = ["PATH": folders.joined(separator: ":"), "LC_ALL": "C"]
    /// Seconds. None of what we ask for takes a tenth of one.
    private static let patience = 5.0
    private static let mostOutput = 1 << 20

    var path: String? {
        Self.folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// What it wrote to standard output.
    ///
    /// - Parameter input: At most what a pipe takes at once, 64 KiB.
    /// - Throws: Where it did not end with 0, with the first line that it wrote to standard error.
    @discardableResult
    func run(_ words: [String], input: String = "") throws(HoldRefusal) -> String {
        guard let path else { throw HoldRefusal("\(name) is not installed") }
        guard let to = SpawnPipe(), let from = SpawnPipe(), let errors = SpawnPipe() else {
            throw HoldRefusal("Too many files are open")
        }
        let spawn = Spawn(
            path: path,
            words: [name] + words,
            environment: Self.environment,
            descriptors: [to.reading, from.writing, errors.writing]
        )
        let process = spawn.start()
        let reason = String(cString: strerror(errno))
        for descriptor in [to.reading, from.writing, errors.writing] { close(descriptor) }
        defer { for descriptor in [from.reading, errors.reading] { close(descriptor) } }
        let bytes = Array(input.utf8)
        if process != nil { write(to.writing, bytes, bytes.count) }
        close(to.writing)
        guard let process else { throw HoldRefusal("\(name) could not be started: \(reason)") }
        let texts = Self.texts(of: [from.reading, errors.reading])
        if texts == nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        guard let texts else { throw HoldRefusal("\(name) did not end") }
        guard status == 0 else {
            let said = texts[1].split(separator: "\n").first.map { String($0.prefix(200)) }
            throw HoldRefusal("\(name): \(said ?? "it failed")")
        }
        return texts[0]
    }

    /// All that is written to both, until both are closed; nil where that takes too long.
    private static func texts(of descriptors: [Int32]) -> [String]? {
        let end = BootTime.now + patience
        var bytes = descriptors.map { _ in [UInt8]() }
        var open = Array(descriptors.indices)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !open.isEmpty {
            var entries = open.map { pollfd(fd: descriptors[$0], events: Int16(POLLIN), revents: 0) }
            let left = Int32((end - BootTime.now) * 1000)
            guard left > 0, bytes.allSatisfy({ $0.count < mostOutput }) else { return nil }
            guard poll(&entries, nfds_t(entries.count), left) > 0 else { continue }
            for (entry, number) in zip(entries, open) where entry.revents != 0 {
                let count = read(descriptors[number], &buffer, buffer.count)
                if count > 0 {
                    bytes[number] += buffer[..<count]
                } else if count == 0 {
                    open.removeAll { $0 == number }
                }
            }
        }
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }
}
