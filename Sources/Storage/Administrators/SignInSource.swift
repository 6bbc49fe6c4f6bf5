/// From where somebody tries to sign in: what is counted when they fail.
public struct SignInSource: Sendable {
    /// The network that counts as one: an IPv4 address, or the first 64 bits of an IPv6 address, which are one customer's.
    let network: String
    /// What the browser was given when the account last signed in there; nil where it shows nothing.
    let knownBrowser: String?

    /// - Parameters:
    ///   - address: The other end of the connection; nil where there is none.
    ///   - knownBrowser: The value of the cookie that ``Store/rememberBrowser(of:instead:)`` gave. Only a browser that is
    ///     known for the account counts as one, so that nothing is won by making one up.
    public init(address: String? = nil, knownBrowser: String? = nil) {
        network = NetworkSource.of(address)
        self.knownBrowser = knownBrowser?.utf8.count == 43 ? knownBrowser : nil
    }
}
