/// A form that changes something: it carries the session's token, and the browser's own validation is off, so that
/// our sentences are the ones that are read.
public struct PostForm: Component {
    private let action: Path
    private let csrf: String
    private let content: HTML
    private let isInline: Bool

    /// - Parameters:
    ///   - csrf: The signed-in session's token, posted as `csrf`.
    ///   - isInline: For a lone button among other things.
    public init(_ action: Path, csrf: String, isInline: Bool = false, _ content: HTML) {
        self.action = action
        self.csrf = csrf
        self.content = content
        self.isInline = isInline
    }

    public var html: HTML {
        """
        <form method="post" action="\(action)" novalidate\(attribute: "class", isInline ? "inline" : nil)>\
        <input type="hidden" name="csrf" value="\(csrf)">\(content)</form>
        """
    }
}
