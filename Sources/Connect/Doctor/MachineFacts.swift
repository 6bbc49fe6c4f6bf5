import Foundation

/// What of this machine decides whether a tunnel can be brought up on it.
struct MachineFacts: Equatable, Sendable {
    var isRoot: Bool
    /// Whether this process has `CAP_NET_ADMIN`; root in a container often has not.
    var mayChangeNetwork: Bool
    /// Whether a program that we start can never have more rights than we have (`no_new_privs`): `sudo` then fails.
    var isHeldDown: Bool
    /// Whether `/dev/net/tun` is there, as the device that it should be.
    var hasTUN: Bool
    /// Whether the kernel has WireGuard, loaded or to be loaded.
    var hasKernelWireGuard: Bool
    /// Which of them are installed.
    var programs: Set<Program>

    enum Program: String, CaseIterable, Sendable {
        case sudo
        case ip
        case wg
        case wireguardGo = "wireguard-go"
    }

    /// This machine, now. Nothing is started: programs are looked for, and the kernel is read in `/proc` and `/sys`.
    static func read(environment: [String: String]) -> MachineFacts {
        let process = ProcessStatus(text: text(of: "/proc/self/status"))
        return MachineFacts(
            isRoot: geteuid() == 0,
            mayChangeNetwork: process.mayChangeNetwork,
            isHeldDown: process.isHeldDown,
            hasTUN: isCharacterDevice("/dev/net/tun"),
            hasKernelWireGuard: hasKernelWireGuard(),
            programs: Set(Program.allCases.filter { isInstalled($0.rawValue, path: environment["PATH"] ?? "") })
        )
    }

    /// In PATH, or where `sudo` looks in place of it.
    private static func isInstalled(_ program: String, path: String) -> Bool {
        let folders = path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        let common = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        return (folders + common).contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    private static func isCharacterDevice(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
    }

    private static func hasKernelWireGuard() -> Bool {
        if FileManager.default.fileExists(atPath: "/sys/module/wireguard") { return true }
        let release = text(of: "/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines)
        return ["modules.builtin", "modules.dep"].contains { list in
            text(of: "/lib/modules/\(release)/\(list)").contains("/wireguard.ko")
        }
    }

    /// Empty where it cannot be read.
    private static func text(of path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}

/// What `/proc/self/status` says of a process (proc_pid_status(5)).
struct ProcessStatus: Equatable, Sendable {
    let mayChangeNetwork: Bool
    let isHeldDown: Bool

    /// The number of `CAP_NET_ADMIN` (capabilities(7)).
    private static let networkCapability = 12

    init(text: String) {
        var lines: [Substring: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { lines[parts[0]] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        let capabilities = lines["CapEff"].flatMap { UInt64($0, radix: 16) } ?? 0
        mayChangeNetwork = capabilities >> Self.networkCapability & 1 == 1
        isHeldDown = lines["NoNewPrivs"] == "1"
    }
}
