/// What stands where a list has nothing to show: what it is, or what was searched for, and one thing to do.
public struct EmptyState: Component {
    private let title: String
    private let sentence: String
    private let action: HTML

    public init(_ title: String, _ sentence: String, action: HTML = .empty) {
        self.title = title
        self.sentence = sentence
        self.action = action
    }

    /// A search or a filter that matches nothing: says so and clears it.
    public static func noMatch(for search: String, of things: String, clear: Path) -> EmptyState {
        EmptyState(
            "No \(things) match “\(search)”",
            "Check the spelling, or clear the search to see all of them.",
            action: "\(Button("Clear the search", .secondary, to: clear))"
        )
    }

    public var html: HTML {
        """
        <div class="empty"><p class="empty-title">\(title)</p><p>\(sentence)</p>\(action.within("actions"))</div>
        """
    }
}
