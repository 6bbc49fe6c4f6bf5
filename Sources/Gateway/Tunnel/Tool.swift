import Foundation

/// A program of the system, run with arguments as a list and never through a shell.
///
/// Its standard streams are files in memory and not pipes: one that ends before it has read its input, or that leaves a
/// process behind with its output open, keeps nobody waiting.
struct Tool: Sendable {
    let name: String
    /// Seconds. None of what we ask for takes a tenth; one that hangs must not keep a cut from being tried again.
    var patience = 2.0

    static let ip = Tool(name: "ip")
    static let nft = Tool(name: "nft")
    static let wg = Tool(name: "wg")
    // No cut waits for these two: without the one nothing passes, and the other only tidies.
    static let wireguardGo = Tool(name: "wireguard-go", patience: 10)
    static let conntrack = Tool(name: "conntrack", patience: 10)

    /// Bytes of input for which it gets another second: `nft` takes 100,000 peers, 1.5 MB, in less than half a one.
    private static let bytesPerSecond = 500_000.0
    /// Bytes of an answer that are read: 100,000 peers of `wg show dump`.
    private static let mostOutput = 16 << 20

    /// POSIX_SPAWN_SETSID of spawn.h, which Swift does not see.
    private static let ownSession: Int32 = 0x80

    struct Result: Sendable {
        let isSuccess: Bool
        let output: String
        let errors: String

        /// The first line of what it said to standard error.
        var complaint: String {
            let said = errors.split(separator: "\n").first.map(String.init) ?? "it said nothing"
            return Terminal.harmless(String(said.prefix(300)))
        }
    }

    /// What it wrote to standard output.
    ///
    /// - Throws: Where it did not end with 0.
    @discardableResult
    func run(_ arguments: [String], input: String = "") async throws(GatewayError) -> String {
        let result = try await result(of: arguments, input: input)
        guard result.isSuccess else { throw .tool(name, said: result.complaint) }
        return result.output
    }

    /// It is carried to its end also where nobody waits for it any more: nothing is left half done.
    func result(of arguments: [String], input: String = "") async throws(GatewayError) -> Result {
        let result: Swift.Result<Result, GatewayError> = await withCheckedContinuation { continuation in
            // It waits, and Swift's few threads must not: neither those of its tasks nor Dispatch's, which are the same.
            Thread.detachNewThread {
                continuation.resume(
                    returning: Swift.Result { () throws(GatewayError) in try wait(for: arguments, input: input) }
                )
            }
        }
        return try result.get()
    }

    private func wait(for arguments: [String], input: String) throws(GatewayError) -> Result {
        let path = try self.path()
        let streams = try [file(holding: input), file(holding: ""), file(holding: "")]
        defer { streams.forEach { close($0) } }
        let process = try spawn(path, arguments, streams)
        let status = try end(of: process, within: patience + Double(input.utf8.count) / Self.bytesPerSecond)
        return Result(
            isSuccess: status == 0,
            output: Self.content(of: streams[1]),
            errors: Self.content(of: streams[2])
        )
    }

    /// By `PATH`, and where a service of systemd may not look.
    private func path() throws(GatewayError) -> String {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
        for folder in folders.split(separator: ":") where access("\(folder)/\(name)", X_OK) == 0 {
            return "\(folder)/\(name)"
        }
        throw .missingTool(name)
    }

    private func spawn(_ path: String, _ arguments: [String], _ streams: [Int32]) throws(GatewayError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Above all numbers that are given, so that none is written over before its turn.
        let sources = streams.map { fcntl($0, F_DUPFD_CLOEXEC, 20) }
        defer { sources.forEach { close($0) } }
        for (number, source) in sources.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, Int32(number))
        }
        // Those of whoever started us too: `wireguard-go` stays, and would keep a script's lock.
        for number in Self.openDescriptors where number >= streams.count && !sources.contains(number) {
            posix_spawn_file_actions_addclose(&actions, number)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // Ctrl-C ends us, and neither a tool at its work nor `wireguard-go`, which stays.
        posix_spawnattr_setflags(
            &attributes,
            Int16(Self.ownSession | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        )
        var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = Self.environment.map { strdup($0) } + [nil]
        defer { (words + settings).forEach { free($0) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, path, &actions, &attributes, &words, &settings)
        guard status == 0 else {
            throw .tool(name, said: "it could not be started: \(String(cString: strerror(status)))")
        }
        return process
    }

    private static var openDescriptors: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
    }

    /// Messages as they are read here; and no setting of ours or of `wireguard-go`, which would stay in the foreground by one.
    private static let environment =
        ["LC_ALL=C"]
        + ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
        .map { "\($0.key)=\($0.value)" }

    /// What it ended with; one that takes too long is killed.
    private func end(of process: pid_t, within patience: Double) throws(GatewayError) -> Int32 {
        let start = BootTime.now
        var pause: UInt32 = 200
        while true {
            var status: Int32 = 0
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { return status }
            guard ended == 0 || errno == EINTR else { throw .tool(name, said: "its end was lost") }
            if BootTime.now - start > patience {
                kill(process, SIGKILL)
                waitpid(process, &status, 0)
                throw .tool(name, said: "it did not end")
            }
            usleep(pause)
            pause = min(pause * 2, 2_000)
        }
    }

    private func file(holding text: String) throws(GatewayError) -> Int32 {
        // Named for a moment only; it is in memory, and not on a disk that may be full.
        let file = "/timus-gateway-\(UUID().uuidString)"
        let descriptor = shm_open(file, O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw .tool(name, said: String(cString: strerror(errno))) }
        shm_unlink(file)
        guard PrivateFile.writeAll(Data(text.utf8), to: descriptor), lseek(descriptor, 0, SEEK_SET) == 0 else {
            close(descriptor)
            throw .tool(name, said: "there is no memory for its input")
        }
        return descriptor
    }

    private static func content(of descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < mostOutput {
            let count = pread(descriptor, &buffer, buffer.count, bytes.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
