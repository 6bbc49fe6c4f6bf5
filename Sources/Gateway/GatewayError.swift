import ArgumentParser
import Foundation

/// Why a gateway could not do its work, told apart by what to do next.
enum GatewayError: Error, Equatable {
    case settings(path: String, cause: String)
    case insecureServer(String)
    /// A file with a secret that others may read.
    case readableByOthers(path: String)
    case cannotRead(path: String, cause: String)
    case cannotWrite(path: String, cause: String)
    case unreachable(String, cause: String)
    /// The server does not know the token, or no longer.
    case tokenRefused
    case notTimus(String, answered: String)
    /// `wg` failed; what it said.
    case wireGuard(String)
}

extension GatewayError: LocalizedError {
    var errorDescription: String? {
        switch self {
        case .settings(let path, let cause): "\(path) is not a gateway's settings: \(cause)"
        case .insecureServer(let server): "\(server) is not encrypted, and http is for servers on this machine only"
        case .readableByOthers(let path): "\(path) can be read by other users"
        case .cannotRead(let path, let cause): "\(path) cannot be read: \(cause)"
        case .cannotWrite(let path, let cause): "\(path) cannot be written: \(cause)"
        case .unreachable(let server, let cause): "The server \(server) cannot be reached: \(cause)"
        case .tokenRefused: "The server does not know this gateway"
        case .notTimus(let server, let answered): "\(server) does not answer as a Timus server: \(answered)"
        case .wireGuard(let said): "wg could not set the peers: \(said)"
        }
    }

    var recoverySuggestion: String? {
        switch self {
        case .settings: "See timus-gateway run --help for the fields"
        case .insecureServer: "Use https"
        case .readableByOthers(let path): "chmod 600 \(path)"
        case .cannotRead, .cannotWrite: "Check the path, its owner and its permissions"
        case .unreachable: "Check the address and this machine's network"
        case .tokenRefused: "Add the gateway to its site again in Manager, and put the new token into the token file"
        case .notTimus: "Check the address, and whether a proxy answers in its place"
        case .wireGuard: "Check that the interface is up and that this program may change it"
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .settings, .insecureServer: ExitCode(2)
        case .tokenRefused: ExitCode(3)
        default: ExitCode(1)
        }
    }
}
