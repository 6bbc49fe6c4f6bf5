import Dispatch
import Foundation

/// A program of the system, run with arguments as a list and never through a shell.
///
/// Its standard streams are files in memory and not pipes: one that ends before it has read its input, or that leaves a
/// process behind with its output open, keeps nobody waiting.
struct Tool: Sendable {
    let name: String

    static let ip = Tool(name: "ip")
    static let nft = Tool(name: "nft")
    static let wg = Tool(name: "wg")
    static let wireguardGo = Tool(name: "wireguard-go")
    static let conntrack = Tool(name: "conntrack")

    /// Seconds. None of what we ask for takes a tenth; one that hangs must not keep a cut from being tried again.
    private static let patience = 10.0
    /// Bytes of an answer that are read: 100,000 peers of `wg show dump`.
    private static let mostOutput = 16 << 20
    /// A run waits, and the few threads of Swift's tasks must not.
    private static let queue = DispatchQueue(label: "timus-gateway.tools", attributes: .concurrent)

    /// POSIX_SPAWN_SETSID of spawn.h, which Swift does not see.
    private static let ownSession: Int32 = 0x80

    struct Result: Sendable {
        let isSuccess: Bool
        let output: String
        let errors: String
    }

    /// What it wrote to standard output.
    ///
    /// - Throws: Where it did not end with 0.
    @discardableResult
    func run(_ arguments: [String], input: String = "") async throws(GatewayError) -> String {
        let result = try await result(of: arguments, input: input)
        guard result.isSuccess else {
            let said = result.errors.split(separator: "\n").first.map(String.init) ?? "it said nothing"
            throw .tool(name, said: Terminal.harmless(String(said.prefix(300))))
        }
        return result.output
    }

    /// It is carried to its end also where nobody waits for it any more: nothing is left half done.
    func result(of arguments: [String], input: String = "") async throws(GatewayError) -> Result {
        let result: Swift.Result<Result, GatewayError> = await withCheckedContinuation { continuation in
            Self.queue.async {
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
        let status = try end(of: process)
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
        for (number, stream) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
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

    /// Messages as they are read here; and no setting of ours or of `wireguard-go`, which would stay in the foreground by one.
    private static let environment =
        ["LC_ALL=C"]
        + ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
        .map { "\($0.key)=\($0.value)" }

    /// What it ended with; one that takes too long is killed.
    private func end(of process: pid_t) throws(GatewayError) -> Int32 {
        let start = BootTime.now
        var pause: UInt32 = 200
        while true {
            var status: Int32 = 0
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { return status }
            guard ended == 0 || errno == EINTR else { throw .tool(name, said: "its end was lost") }
            if BootTime.now - start > Self.patience {
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
