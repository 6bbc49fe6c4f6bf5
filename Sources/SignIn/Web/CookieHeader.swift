/// The cookies that a browser sent (RFC 6265 §4.2), in its order, and each name as often as it came.
struct CookieHeader: Sendable {
    let pairs: [(name: Substring, value: Substring)]

    /// - Parameter lines: the header's values. What is no pair is passed over.
    init(_ lines: [String]) {
        pairs = lines.flatMap { $0.split(separator: ";") }.compactMap { pair in
            let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 && !parts[0].isEmpty ? (parts[0], parts[1]) : nil
        }
    }

    /// The value of the one cookie of that name; nil where there is none, and where there are several, as another host of the
    /// domain could make it be.
    func once(_ name: String) -> String? {
        let values = pairs.filter { $0.name == name }
        return values.count == 1 ? String(values[0].value) : nil
    }
}
