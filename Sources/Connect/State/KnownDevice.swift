import ConnectAPI
import Foundation

/// What this machine keeps of its enrolment for one user of one server: the token by which the server knows it before the
/// sign-in, and the names that it saw last. It outlives a sign-out, so that the same person finds their networks again.
struct KnownDevice: Codable, Equatable, Sendable {
    static let file = "known-devices.json"
    /// Of how many servers and users something is kept.
    static let most = 10

    let server: ServerAddress
    /// ``ConnectStatus/user``.
    let user: String
    let email: String?
    /// ``EnrolledDevice/token``. It opens nothing.
    let token: String
    let organisation: String
    /// The names of the networks at the last sign-in, for when the server does not answer.
    let networks: [String]

    func isOf(_ typed: String) -> Bool {
        email.map { $0.caseInsensitiveCompare(typed) == .orderedSame } ?? false
    }

    /// As the server would answer, if it did.
    var names: NetworkNames {
        NetworkNames(organisation: organisation, shown: .networks, networks: networks, notice: nil)
    }
}

extension StateFolder {
    /// The device of the user with that address at the server; else of whoever signed in there last, who may have typed another
    /// name of theirs. nil where nobody did.
    func knownDevice(at server: ServerAddress, email: String) throws(ConnectError) -> KnownDevice? {
        let ours = try read([KnownDevice].self, from: KnownDevice.file)?.filter { $0.server == server } ?? []
        return ours.first { $0.isOf(email) } ?? ours.first
    }

    /// Keeps it in place of what was kept for the same user of the same server.
    func know(_ device: KnownDevice) throws(ConnectError) {
        let others = (try read([KnownDevice].self, from: KnownDevice.file) ?? []).filter {
            $0.server != device.server || $0.user != device.user
        }
        try write(Array(([device] + others).prefix(KnownDevice.most)), to: KnownDevice.file)
    }
}
