public import Foundation
import Okta

/// Where somebody wants notifications posted: a URL that may be posted to.
public struct WebhookAddress: Hashable, Sendable {
    public enum Problem: LocalizedError, Hashable, Sendable {
        case notURL
        case notHTTPS
        case userName
        case tooLong

        public var errorDescription: String? {
            switch self {
            case .notURL: "The webhook is no web address."
            case .notHTTPS: "The webhook starts with something else than https://, and is posted to over https only."
            case .userName: "The webhook holds a user name or a password."
            case .tooLong: "The webhook is longer than 2,000 characters."
            }
        }

        public var recoverySuggestion: String? {
            switch self {
            case .notURL, .notHTTPS, .tooLong: "Enter an address such as https://hooks.example.com/timus."
            case .userName: "Enter it without: the receiver knows Timus by the signature."
            }
        }
    }

    let url: String
    let host: String
    private let isLoopback: Bool

    /// The address, once it was seen that it may be posted to and leads to the public internet.
    ///
    /// - Parameter allowingLocal: lets it also be on this machine or in a private network.
    public static func verified(_ typed: String, allowingLocal: Bool) async throws(NotifyError) -> WebhookAddress {
        let address: WebhookAddress
        do throws(Problem) {
            address = try WebhookAddress(typed, allowingLocal: allowingLocal)
        } catch {
            throw .webhookAddress(error)
        }
        if !allowingLocal { try await address.verifyPublic() }
        return address
    }

    /// - Parameter allowingLocal: also takes `http://` on this machine, for rehearsals.
    init(_ typed: String, allowingLocal: Bool) throws(Problem) {
        guard typed.utf8.count <= 2000 else { throw .tooLong }
        guard typed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }),
            let parts = URLComponents(string: typed), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty, (1...65535).contains(parts.port ?? 443), parts.fragment == nil
        else { throw .notURL }
        guard parts.user == nil, parts.password == nil else { throw .userName }
        isLoopback = ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host.lowercased())
        guard scheme == "https" || (scheme == "http" && allowingLocal && isLoopback) else { throw .notHTTPS }
        url = typed
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    }

    /// Throws where an address of the host is one of this machine or of a private network.
    func verifyPublic() async throws(NotifyError) {
        do throws(OktaError) {
            try await PublicAddress.verify(host)
        } catch {
            switch error {
            case .unreachable(_, .privateAddress, _): throw .webhookPrivate(host: host)
            case .unreachable(_, .unknownName, _): throw .webhookUnknownName(host: host)
            case .unreachable: throw .webhookUnreachable(host: host)
            default: throw .cancelled
            }
        }
    }
}
