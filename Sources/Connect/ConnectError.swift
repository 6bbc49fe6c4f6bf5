import ArgumentParser
import ConnectAPI
import Foundation

/// Why Connect could not do what was asked, told apart by what the user does next.
enum ConnectError: Error, Equatable {
    /// The command line asks for something that cannot be; what, and how to write it.
    case wrongUse(String, hint: String)
    /// No server was named, now or before.
    case noServer
    /// A server address that cannot be used, as it was typed.
    case serverAddress(String)
    /// Plain `http` to another machine.
    case insecureServer(String)
    case unreachable(ServerAddress, cause: String)
    /// Something answered that does not speak Connect's language.
    case notTimus(ServerAddress, answered: String)
    /// The server's own failure, with its HTTP status.
    case serverFailed(ServerAddress, status: UInt)
    case notSignedIn
    /// The server no longer knows the session, or the user lost access; the server's sentence on why, where it gave one.
    case accessEnded(because: String?)
    case signInFailed(String, hint: String)
    /// The server said no, in its own words.
    case refused(Refusal)
    /// The user may reach no network; the server's sentence on why.
    case noNetworks(notice: String?)
    case noSuchNetwork(String, networks: [String])
    case severalNetworks([String])
    case notConnected(String?)
    /// The server sent a value that must not go into a WireGuard configuration; what is wrong with it.
    case unsafeAnswer(String)
    case cannotRead(path: String, cause: String)
    case cannotWrite(path: String, cause: String)
    case portInUse(Int)
    /// Only root may make a tunnel, and we cannot be root; why.
    case noRights(because: String)
    case tunnelFailed(String)
    /// No gateway answered in time; the keeper goes on trying.
    case noGatewayAnswers(network: String, gateway: String, seconds: Int)
}

extension ConnectError: LocalizedError {
    var errorDescription: String? {
        switch self {
        case .wrongUse(let what, _): what
        case .noServer: "No Timus server is known yet"
        case .serverAddress(let typed): "\(typed) is not the address of a server"
        case .insecureServer(let typed): "\(typed) is not encrypted, and http is for servers on this machine only"
        case .unreachable(let server, let cause): "The server \(server) cannot be reached: \(cause)"
        case .notTimus(let server, let answered): "\(server) does not answer as a Timus server: \(answered)"
        case .serverFailed(let server, let status): "The server \(server) failed (HTTP \(status))"
        case .notSignedIn: "Nobody is signed in"
        case .accessEnded(let why): why.map { "Your access ended: \($0.withoutFullStop)" } ?? "Your access ended"
        case .signInFailed(let what, _): what.withoutFullStop
        case .refused(let refusal): refusal.title.withoutFullStop
        case .noNetworks(let notice): notice?.withoutFullStop ?? "You may reach no network"
        case .noSuchNetwork(let name, _): "\(name) is not one of your networks"
        case .severalNetworks: "You may reach several networks"
        case .notConnected(let name?): "There is no connection to \(name) from this device"
        case .notConnected(nil): "There is no connection from this device"
        case .unsafeAnswer(let what): "The server's answer was not used: \(what)"
        case .cannotRead(let path, let cause): "\(path) cannot be read: \(cause)"
        case .cannotWrite(let path, let cause): "\(path) cannot be written: \(cause)"
        case .portInUse(let port): "Port \(port) is in use"
        case .noRights(let why): "A tunnel needs root's rights, and \(why.withoutFullStop)"
        case .tunnelFailed(let what): "There is no tunnel: \(what.withoutFullStop)"
        case .noGatewayAnswers(let network, let gateway, let seconds):
            "No gateway of \(network) answered within \(seconds) seconds, last tried \(gateway)"
        }
    }

    var recoverySuggestion: String? {
        switch self {
        case .wrongUse(_, let hint), .signInFailed(_, let hint): hint
        case .noServer: "Give its address once, with --server https://timus.example.com or in TIMUS_SERVER"
        case .serverAddress: "Write it as https://timus.example.com"
        case .insecureServer(let typed): "Use https: \(typed.replacing("http://", with: "https://"))"
        case .unreachable: "Check the address and this machine's network, then try again"
        case .notTimus: "Check the address, and whether a proxy or a captive portal answers in its place"
        case .serverFailed: "Try again in a minute, and tell an administrator if it stays"
        case .notSignedIn, .accessEnded: "Sign in: timus-connect sign-in"
        case .refused(let refusal): refusal.detail?.withoutFullStop
        case .noNetworks: "Ask an administrator to give one of your groups a site"
        case .noSuchNetwork(_, let networks), .severalNetworks(let networks):
            networks.isEmpty ? "See timus-connect networks" : "Name one of: \(networks.joined(separator: ", "))"
        case .notConnected: "See timus-connect status"
        case .unsafeAnswer: "Tell an administrator, and do not connect until it is explained"
        case .cannotRead, .cannotWrite: "Check the folder's owner and permissions; TIMUS_CONNECT_HOME names another"
        case .portInUse: "Name another with --port, or none for a free one"
        case .noRights:
            "Get a file for wg-quick and start it as root: timus-connect connect SITE --config FILE"
        case .tunnelFailed: "See timus-connect doctor"
        case .noGatewayAnswers: "UDP may be blocked on the way. It is tried further; timus-connect disconnect ends that"
        }
    }

    /// 1 failed, 2 wrong use, 3 not signed in.
    var exitCode: ExitCode {
        switch self {
        case .wrongUse, .noServer, .serverAddress, .insecureServer, .severalNetworks: ExitCode(2)
        case .notSignedIn, .accessEnded: ExitCode(3)
        default: ExitCode(1)
        }
    }
}

extension String {
    /// The server writes whole sentences; after "error:" and "hint:" ours have no full stop.
    fileprivate var withoutFullStop: String {
        hasSuffix(".") && !hasSuffix("..") ? String(dropLast()) : self
    }
}
