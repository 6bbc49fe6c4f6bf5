/// A boxed part of a page with a heading of its own.
public struct Card: Component {
    private let title: String?
    private let note: HTML
    private let actions: HTML
    private let content: HTML
    private let level: Int
    private let id: String?

    /// - Parameters:
    ///   - note: Stands beside the title: a badge, a time.
    ///   - actions: Buttons at the right of the title.
    ///   - level: Of the heading, 2 to 4.
    ///   - id: For links to this part.
    public init(
        _ title: String,
        note: HTML = .empty,
        actions: HTML = .empty,
        level: Int = 2,
        id: String? = nil,
        _ content: HTML
    ) {
        self.title = title
        self.note = note
        self.actions = actions
        self.content = content
        self.level = level
        self.id = id
    }

    /// A box without a heading.
    public init(_ content: HTML) {
        self.title = nil
        self.note = .empty
        self.actions = .empty
        self.content = content
        self.level = 2
        self.id = nil
    }

    public var html: HTML {
        "<section class=\"card\"\(attribute: "id", id)>\(head)\(content)</section>"
    }

    private var head: HTML {
        guard let title else { return .empty }
        return """
            <div class="card-head"><h\(level) class="card-title">\(isolated: title)</h\(level)>\(note)\
            \(actions.within("actions"))</div>
            """
    }
}
