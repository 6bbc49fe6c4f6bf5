import Foundation

/// Starts the root helper: as root itself, else through `sudo`, which asks at the terminal.
struct HelperStart: Sendable {
    /// Leads to the helper's standard input.
    let requests: Int32
    /// Leads from its standard output.
    let answers: Int32

    /// - Parameter mayAsk: Whether somebody sits at a terminal; else `sudo` must need no password.
    static func ready(mayAsk: Bool, environment: [String: String]) async throws(ConnectError) -> HelperStart {
        let words = try words(mayAsk: mayAsk, environment: environment)
        let result = await withCheckedContinuation { continuation in
            // A thread of its own: a password takes a while.
            Thread.detachNewThread {
                continuation.resume(
                    returning: Result { () throws(ConnectError) in
                        try start(words, isTold: mayAsk, environment: environment)
                    }
                )
            }
        }
        return try result.get()
    }

    /// Whether the helper can be started without asking anybody, now.
    static func needsNoPassword(environment: [String: String]) -> Bool {
        if geteuid() == 0 { return true }
        guard let words = try? words(mayAsk: false, environment: environment), let sudo = words.first else {
            return false
        }
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        let question = Spawn(
            path: sudo,
            words: [sudo, "-n", "-l", "--", Spawn.ourselves, "hold"],
            environment: environment,
            descriptors: [nothing, nothing, nothing]
        )
        guard let process = question.start() else { return false }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        return status == 0
    }

    /// The tunnel goes where no keeper has taken the helper over.
    func letGo() {
        close(requests)
        close(answers)
    }

    private static func words(mayAsk: Bool, environment: [String: String]) throws(ConnectError) -> [String] {
        guard geteuid() != 0 else { return [Spawn.ourselves, "hold"] }
        let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").filter { $0.hasPrefix("/") }
        guard let sudo = folders.first(where: { access("\($0)/sudo", X_OK) == 0 }) else {
            throw .noRights(because: "there is no sudo here to get them")
        }
        let prompt = "[sudo] Password of %p, to make the tunnel: "
        return ["\(sudo)/sudo"] + (mayAsk ? ["-p", prompt] : ["-n"]) + ["--", Spawn.ourselves, "hold"]
    }

    private static func start(
        _ words: [String],
        isTold: Bool,
        environment: [String: String]
    ) throws(ConnectError) -> HelperStart {
        guard let to = SpawnPipe(), let from = SpawnPipe(), let errors = SpawnPipe() else {
            throw .tunnelFailed("too many files are open")
        }
        let spawn = Spawn(
            path: words[0],
            words: words,
            environment: environment,
            descriptors: [to.reading, from.writing, errors.writing]
        )
        let process = spawn.start()
        let reason = String(cString: strerror(errno))
        for descriptor in [to.reading, from.writing, errors.writing] { close(descriptor) }
        let helper = HelperStart(requests: to.writing, answers: from.reading)
        defer { close(errors.reading) }
        let said = process.map { _ in helper.said(errors: errors.reading, isTold: isTold) } ?? [Substring(reason)]
        if let process {
            // It has started the helper, or failed.
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        }
        guard let said else { return helper }
        helper.letGo()
        let last = said.last { !$0.isEmpty }?.trimmingPrefix("error: ").trimmingPrefix("sudo: ")
        throw .noRights(because: last.map { "\(geteuid() == 0 ? "the helper" : "sudo") said: \($0)" } ?? "got none")
    }

    /// What stood on standard error where there is no helper; nil where it is ready.
    private func said(errors: Int32, isTold: Bool) -> [Substring]? {
        var output: [UInt8] = []
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        var isOpen = (answers: true, errors: true)
        while isOpen.answers {
            var entries = [pollfd(fd: isOpen.errors ? errors : -1, events: Int16(POLLIN), revents: 0)]
            entries.append(pollfd(fd: answers, events: Int16(POLLIN), revents: 0))
            guard poll(&entries, 2, -1) > 0 else { continue }
            if entries[0].revents != 0 {
                let count = read(errors, &buffer, buffer.count)
                let piece = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
                // What is an error is told with the rest of it.
                if isTold, count > 0, !piece.hasPrefix("sudo: "), !piece.hasPrefix("error: ") {
                    Terminal.note(piece.trimmingCharacters(in: .newlines))
                }
                if text.utf8.count < 1 << 16 { text += piece }
                isOpen.errors = count > 0
            }
            if entries[1].revents != 0 {
                // One by one: what follows the first line is the keeper's.
                let count = read(answers, &buffer, 1)
                isOpen.answers = count > 0 && output.count < 1000
                guard count > 0 else { continue }
                if buffer[0] == 10 {
                    let answer = try? JSONDecoder().decode(HoldAnswer.self, from: Data(output))
                    if answer?.ready == true { return nil }
                    output = []
                } else {
                    output.append(buffer[0])
                }
            }
        }
        return text.split(separator: "\n").filter { !$0.hasPrefix("hint: ") }
    }
}
