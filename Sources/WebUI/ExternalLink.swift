/// A link to another site, opened in a new tab that learns nothing of ours.
///
/// Only `https` and `http` addresses become links; of anything else the words alone are shown.
public struct ExternalLink: Component {
    private let words: String
    private let address: String

    public init(_ words: String, to address: String) {
        self.words = words
        self.address = address
    }

    public var html: HTML {
        guard address.hasPrefix("https://") || address.hasPrefix("http://") else { return "\(words)" }
        return """
            <a class="external" href="\(address)" target="_blank" rel="noopener noreferrer">\(words)\
            <span class="unseen"> (opens in a new tab)</span></a>
            """
    }
}
