import Foundation

/// Is the server there, is it Timus, and do our clocks agree?
extension Finding {
    /// More than this, in seconds, and tokens run out at the wrong time.
    private static let clockTolerance = 60.0

    static func serverName(_ lookup: HostLookup, host: String) -> Finding {
        let (id, name) = ("dns", "Server's name")
        switch lookup {
        case .found(let addresses) where addresses == [host]:
            return .ok(id, name, "\(host) is an address: no name has to be found.")
        case .found(let addresses):
            return .ok(id, name, "\(host) is \(addresses.prefix(3).joined(separator: ", ")).")
        case .failed(let cause):
            return .failed(
                id,
                name,
                "\(host) cannot be found: \(cause).",
                remedy: "Check the spelling, this machine's network and its name servers (/etc/resolv.conf)."
            )
        }
    }

    static func server(_ probe: ServerProbe, at server: ServerAddress) -> Finding {
        let (id, name) = ("server", "Server")
        switch probe {
        case .timus: return .ok(id, name, "\(server) answers, and it is Timus.")
        case .other(let what):
            return .failed(id, name, .notTimus(server, answered: what))
        case .failed(let fault):
            return .failed(
                id,
                name,
                "\(server) does not answer: \(fault.sentence).",
                remedy: fault.remedy
            )
        }
    }

    static func clock(_ probe: ServerProbe) -> Finding {
        let (id, name) = ("clock", "Clock")
        guard case .timus(let ahead) = probe else {
            return .unchecked(id, name, "There is no server's clock to compare with.")
        }
        guard let ahead else { return .unchecked(id, name, "The server does not tell the time.") }
        guard ahead.magnitude > clockTolerance else {
            return .ok(id, name, "This machine's clock and the server's agree.")
        }
        return .warning(
            id,
            name,
            "This machine's clock is \(amount(ahead.magnitude)) \(ahead > 0 ? "behind" : "ahead of") the server's.",
            remedy: "Set it by the network: sudo timedatectl set-ntp true."
        )
    }

    private static func amount(_ seconds: Double) -> String {
        seconds < 120 ? "\(Int(seconds)) seconds" : "\(Int(seconds / 60)) minutes"
    }
}

extension ServerFault {
    fileprivate var sentence: String {
        switch self {
        case .nothingListens: "nothing listens there"
        case .noAnswer: "it did not answer in time"
        case .noRoute(let cause): "there is no way to it (\(cause))"
        case .otherName: "its TLS certificate is for another name"
        case .untrusted: "its TLS certificate is not trusted, or has run out"
        case .noTLS: "it does not speak TLS"
        case .other: "the connection failed"
        }
    }

    fileprivate var remedy: String {
        switch self {
        case .nothingListens: "Check the address and its port, and whether the server runs."
        case .noAnswer: "Check this machine's network, and whether a firewall is on the way."
        case .noRoute: "Check this machine's network."
        case .otherName:
            "Use the name that the certificate is for; a captive portal or a proxy may answer in its place."
        case .untrusted:
            """
            Check this machine's clock; where your organisation has its own authority, add it: copy its certificate to \
            /usr/local/share/ca-certificates, then sudo update-ca-certificates.
            """
        case .noTLS: "Check the port: https is 443 where none is named."
        case .other: "Check the address and this machine's network."
        }
    }
}
