import Foundation

/// A program to start, without a shell: words as they are, and no open file of ours but those that it is given.
struct Spawn: Sendable {
    let path: String
    let words: [String]
    var environment: [String: String] = ProcessInfo.processInfo.environment
    /// Ours, by the number under which the program finds each.
    var descriptors: [Int32]
    /// So that Ctrl-C in our terminal, and its end, are nothing to it.
    var hasOwnSession = false

    /// POSIX_SPAWN_SETSID of spawn.h, which Swift does not see.
    private static let ownSession: Int32 = 0x80

    /// This program itself.
    static let ourselves = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""

    /// The process that was started; nil with the reason in `errno`.
    func start() -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Above all numbers that are given, so that none is written over before its turn.
        let sources = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 20) }
        defer { sources.forEach { close($0) } }
        for (number, source) in sources.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, Int32(number))
        }
        // Those of the shell that started us too, as a lock that a script holds.
        for number in Self.openDescriptors where number >= descriptors.count && !sources.contains(number) {
            posix_spawn_file_actions_addclose(&actions, number)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let session = hasOwnSession ? Self.ownSession : 0
        posix_spawnattr_setflags(&attributes, Int16(session | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = self.words.map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + settings).forEach { free($0) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, path, &actions, &attributes, &words, &settings)
        errno = status
        return status == 0 ? process : nil
    }

    private static var openDescriptors: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
    }
}

/// A pipe whose ends no other program of ours gets by accident.
struct SpawnPipe: Sendable {
    let reading: Int32
    let writing: Int32

    /// nil where there are no more descriptors.
    init?() {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }
}

/// Lines that come and go through descriptors; every wait has an end.
struct LineStream {
    let input: Int32
    let output: Int32
    private var rest: [UInt8] = []

    /// More than any line of ours has, in bytes.
    private static let longest = 64 << 10

    init(input: Int32, output: Int32) {
        self.input = input
        self.output = output
    }

    enum End: Error {
        case closed
        case tooLong
        case late
    }

    /// The next line without its end. A line that has none before the stream's end is left out.
    ///
    /// - Parameter seconds: nil to wait for as long as it takes.
    mutating func read(within seconds: Double? = nil) throws(End) -> [UInt8] {
        let end = seconds.map { BootTime.now + $0 }
        while true {
            if let newline = rest.firstIndex(of: 10) {
                let line = Array(rest[..<newline])
                rest.removeFirst(newline + 1)
                return line
            }
            guard rest.count < Self.longest else { throw .tooLong }
            guard Self.isReady(input, Int16(POLLIN), until: end) else { throw .late }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = Foundation.read(input, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .closed }
            rest += buffer[..<count]
        }
    }

    func write(_ line: [UInt8], within seconds: Double = 10) throws(End) {
        let end = BootTime.now + seconds
        var bytes = (line + [10])[...]
        while !bytes.isEmpty {
            guard Self.isReady(output, Int16(POLLOUT), until: end) else { throw .late }
            let count = bytes.withUnsafeBytes { Foundation.write(output, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .closed }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func isReady(_ descriptor: Int32, _ events: Int16, until end: Double?) -> Bool {
        while true {
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            let left = end.map { Int32(max(0, ($0 - BootTime.now) * 1000)) } ?? -1
            let count = poll(&entry, 1, left)
            if count > 0 { return true }
            guard count < 0, errno == EINTR else { return false }
        }
    }
}

/// Seconds on the clocks that nobody sets.
enum BootTime {
    /// Since the machine's start, its sleep included.
    static var now: Double { seconds(of: CLOCK_BOOTTIME) }

    /// For how long it has slept since its start.
    static var slept: Double { now - seconds(of: CLOCK_MONOTONIC) }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
