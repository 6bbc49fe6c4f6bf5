import ArgumentParser
import Foundation

/// Why a gateway could not do its work, told apart by what to do next.
enum GatewayError: Error, Equatable {
    /// The command line asks for something that cannot be; what, and how to write it.
    case wrongUse(String, hint: String)
    /// A server address that cannot be used, as it was typed.
    case serverAddress(String)
    /// Plain `http` to another machine.
    case insecureServer(String)
    case notEnrolled(folder: String)
    case settings(path: String, cause: String)
    /// A file with a secret that others may read.
    case readableByOthers(path: String)
    case cannotRead(path: String, cause: String)
    case cannotWrite(path: String, cause: String)
    /// Another process of ours holds the state folder.
    case alreadyRunning(folder: String)
    case unreachable(String, cause: String)
    /// The server does not know the token, or no longer.
    case tokenRefused
    /// The server said no, in its own words.
    case refused(String, hint: String?)
    case notTimus(String, answered: String)
    case missingTool(String)
    /// A program of the system failed; what it said.
    case tool(String, said: String)
    /// An interface has our name and is not ours.
    case foreignInterface(String)
    /// WireGuard did not do as it was told; what it answered.
    case wireGuard(String)
}

extension GatewayError: LocalizedError {
    var errorDescription: String? {
        switch self {
        case .wrongUse(let what, _): what
        case .serverAddress(let typed): "\(typed) is not the address of a server"
        case .insecureServer(let server): "\(server) is not encrypted, and http is for servers on this machine only"
        case .notEnrolled(let folder): "This machine is not enrolled: there are no settings in \(folder)"
        case .settings(let path, let cause): "\(path) is not a gateway's settings: \(cause)"
        case .readableByOthers(let path): "\(path) can be read by other users"
        case .cannotRead(let path, let cause): "\(path) cannot be read: \(cause)"
        case .cannotWrite(let path, let cause): "\(path) cannot be written: \(cause)"
        case .alreadyRunning(let folder): "timus-gateway run already holds \(folder)"
        case .unreachable(let server, let cause): "The server \(server) cannot be reached: \(cause)"
        case .tokenRefused: "The server does not know this gateway"
        case .refused(let title, _): title.withoutFullStop
        case .notTimus(let server, let answered): "\(server) does not answer as a Timus server: \(answered)"
        case .missingTool(let tool): "The program \(tool) is not on this machine"
        case .tool(let tool, let said): "\(tool) failed: \(said)"
        case .foreignInterface(let name): "There is an interface \(name) that this gateway did not make"
        case .wireGuard(let said): "WireGuard could not be set: \(said)"
        }
    }

    var recoverySuggestion: String? {
        switch self {
        case .wrongUse(_, let hint): hint
        case .serverAddress: "Write it as https://timus.example.com"
        case .insecureServer:
            "Use https; --allow-http takes http to a private address, where anybody on the way can let themselves in"
        case .notEnrolled: "Enrol it: timus-gateway enrol --server https://timus.example.com --code -"
        case .settings: "Enrol it again with a new code from Manager, under Sites"
        case .readableByOthers(let path): "chmod go= \(path)"
        case .cannotRead, .cannotWrite: "Check the path, its owner and its permissions; run it as root"
        case .alreadyRunning: "End that one first"
        case .unreachable: "Check the address and this machine's network"
        case .tokenRefused: "Make a new code for the gateway in Manager, under Sites, and enrol it again"
        case .refused(_, let hint): hint?.withoutFullStop
        case .notTimus: "Check the address, and whether a proxy answers in its place"
        case .missingTool(let tool): "apt-get install \(Self.packages[tool] ?? tool)"
        case .tool: "Run it as root; see the system's log where it already is"
        case .foreignInterface(let name): "Enrol with another --interface, or remove it: ip link delete \(name)"
        case .wireGuard: "Run it as root, and see that no other program changes the interface"
        }
    }

    /// 1 failed, 2 wrong use, 3 not enrolled.
    var exitCode: ExitCode {
        switch self {
        case .wrongUse, .serverAddress, .insecureServer, .settings: ExitCode(2)
        case .tokenRefused, .notEnrolled: ExitCode(3)
        default: ExitCode(1)
        }
    }

    /// Where Debian has the programs.
    private static let packages = [
        "nft": "nftables", "ip": "iproute2", "wg": "wireguard-tools", "wireguard-go": "wireguard-go",
        "conntrack": "conntrack",
    ]
}

extension String {
    /// The server writes whole sentences; after "error:" and "hint:" ours have no full stop.
    fileprivate var withoutFullStop: String {
        hasSuffix(".") && !hasSuffix("..") ? String(dropLast()) : self
    }
}
