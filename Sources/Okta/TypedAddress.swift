import Foundation

/// What somebody typed, taken apart into host and port. It reads a URL's front only: path, query and fragment go.
struct TypedAddress {
    let host: String
    let port: Int?

    init(_ typed: String) throws(OktaDomain.Problem) {
        var rest = Substring(typed.trimmingCharacters(in: .whitespacesAndNewlines).lowercased())
        guard !rest.isEmpty else { throw .empty }
        guard !rest.contains("{"), !rest.contains("}"), !rest.contains("<"), !rest.contains("yourokta") else {
            throw .placeholder
        }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) else { throw .characters }
        if let mark = rest.range(of: "://") {
            let scheme = rest[..<mark.lowerBound]
            guard scheme == "https" || scheme == "http" else { throw .scheme(String(scheme)) }
            rest = rest[mark.upperBound...]
        }
        rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !rest.contains("@") else { throw .userName }
        guard !rest.contains("["), rest.count(where: { $0 == ":" }) < 2 else { throw .addressLiteral }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard let number = UInt16(parts[1]), number > 0, !parts[1].hasPrefix("+") else { throw .port }
            port = Int(number)
        } else {
            port = nil
        }
        let name = parts.first ?? ""
        host = String(name.hasSuffix(".") ? name.dropLast() : name)
        guard !host.isEmpty else { throw .empty }
    }

    /// The two spellings of this machine that a local org may be given with.
    var isLoopback: Bool { host == "127.0.0.1" || host == "localhost" }

    /// Whether the name ends where no public name ends.
    var isPrivate: Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last.map(String.init) else { return true }
        return Self.privateEndings.contains(last) || host.hasSuffix(".home.arpa")
    }

    /// Whether a URL parser may take the host for an IPv4 address: `10.0.0.1`, `2130706433`, `0x7f.1`, `127.1`.
    ///
    /// The rule is that of the URL standard: the last label is a number, decimal, octal or hexadecimal.
    var isAddressLiteral: Bool {
        guard let last = host.split(separator: ".").last else { return false }
        if last.allSatisfy(\.isNumber) { return true }
        return last.hasPrefix("0x") && last.dropFirst(2).allSatisfy(\.isHexDigit)
    }

    /// Names kept for private use: RFC 6761, RFC 6762, RFC 7686, RFC 9476, ICANN's `internal`, and the usual inventions.
    private static let privateEndings: Set<String> = [
        "localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "alt", "arpa",
        "onion", "test", "invalid",
    ]
}
