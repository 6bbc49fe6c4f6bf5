/// A link within the site. Its words are data.
public struct Link: Component {
    private let words: String
    private let path: Path
    private let context: String?

    /// - Parameter context: Read out after the words where many links of a page say the same ("Change").
    public init(_ words: String, to path: Path, context: String? = nil) {
        self.words = words
        self.path = path
        self.context = context
    }

    public var html: HTML {
        let unseen = context.map { " <span class=\"unseen\">\(isolated: $0)</span>" as HTML }
        return "<a href=\"\(path)\">\(isolated: words)\(unseen)</a>"
    }
}
