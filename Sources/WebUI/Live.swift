/// A part of a page that changes by itself while something runs: the script fetches the page again every 2 seconds
/// and puts the new part in place of the old one, until it is live no more. It rests while the page is out of sight, and while a
/// button of the part is pressed or its text is selected. A page may have several.
///
/// Without script, ``Page`` refreshes the whole page if it is told that it is live.
public struct Live: Component {
    private let id: String
    private let isLive: Bool
    private let content: HTML

    /// - Parameter id: The same on every answer of that page.
    public init(id: String, isLive: Bool, _ content: HTML) {
        self.id = id
        self.isLive = isLive
        self.content = content
    }

    public var html: HTML {
        "<div class=\"live\" id=\"\(id)\"\(attribute: "data-live", isLive)>\(content)</div>"
    }
}
