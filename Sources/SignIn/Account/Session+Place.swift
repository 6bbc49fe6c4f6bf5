public import Storage

extension Session {
    /// Where the session is used, as people say it: "Firefox on Linux, 192.0.2.7".
    public var place: String { UserAgent.place(userAgent, from: address) ?? "Unknown" }
}
