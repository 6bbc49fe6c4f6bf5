import Foundation

/// A process that does nothing but wait for the end of another, the root helper, and then removes what is left of its tunnel. It
/// alone takes tunnels away, so that an end by `kill -9` goes the same way as any other.
struct Guard {
    private let process: pid_t
    private let line: Int32
    private(set) var remains: Remains

    init(_ remains: Remains) throws(HoldRefusal) {
        guard let pipe = SpawnPipe() else { throw HoldRefusal("Too many files are open") }
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { for descriptor in [pipe.reading, nothing] { close(descriptor) } }
        let spawn = Spawn(
            path: Spawn.ourselves,
            words: ["timus-connect", "hold", "--guard"],
            environment: SystemTool.environment,
            descriptors: [pipe.reading, nothing, nothing],
            hasOwnSession: true
        )
        guard let process = spawn.start() else {
            let reason = String(cString: strerror(errno))
            close(pipe.writing)
            throw HoldRefusal("The tunnel's guard could not be started: \(reason)")
        }
        self.process = process
        self.line = pipe.writing
        self.remains = remains
        try tell(remains)
    }

    /// Tells it what else there will be, before that is made.
    mutating func tell(_ remains: Remains) throws(HoldRefusal) {
        self.remains = remains
        do {
            try LineStream(input: -1, output: line).write(Array(JSONEncoder().encode(remains)))
        } catch { throw HoldRefusal("The tunnel's guard was ended") }
    }

    /// Has everything removed.
    func end() {
        close(line)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        // Where the guard was ended before us.
        if status != 0 { remains.remove() }
    }

    /// The guard's whole life.
    static func wait() -> Bool {
        var lines = LineStream(input: STDIN_FILENO, output: -1)
        var remains: Remains?
        while let line = try? lines.read() {
            remains = (try? JSONDecoder().decode(Remains.self, from: Data(line))) ?? remains
        }
        return remains?.remove() ?? true
    }
}
