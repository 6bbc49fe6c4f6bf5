/// Details folded away until asked for.
public struct Disclosure: Component {
    private let summary: String
    private let content: HTML
    private let isOpen: Bool

    public init(_ summary: String, isOpen: Bool = false, _ content: HTML) {
        self.summary = summary
        self.content = content
        self.isOpen = isOpen
    }

    public var html: HTML {
        """
        <details class="disclosure"\(attribute: "open", isOpen)><summary>\(summary)</summary>\
        <div class="disclosure-content">\(content)</div></details>
        """
    }
}
