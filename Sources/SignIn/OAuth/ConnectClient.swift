/// Timus Connect, the one client of our authorization server: public, native, with a loopback redirect (RFC 8252).
enum ConnectClient {
    static let id = "timus-connect"

    /// Whether it is `http://127.0.0.1:{port}/callback`, or the same on `[::1]`. The port is free (RFC 8252 §7.3),
    /// everything else is compared as text.
    static func isRedirectURI(_ text: String) -> Bool {
        guard let host = hosts.first(where: text.hasPrefix), text.hasSuffix(path) else { return false }
        let port = text.dropFirst(host.count).dropLast(path.count)
        return port.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && port.first != "0" && UInt16(port) != nil
    }

    private static let hosts = ["http://127.0.0.1:", "http://[::1]:"]
    private static let path = "/callback"
}
