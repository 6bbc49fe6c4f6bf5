/// The body of a page that asks before something is lost: what will be lost, in numbers, and two ways out.
public struct ConfirmPage: Component {
    private let question: HTML
    private let losses: [String]
    private let content: HTML
    private let action: Path
    private let csrf: String
    private let confirm: String
    private let cancel: Path

    /// - Parameters:
    ///   - question: What will happen, in a sentence or two.
    ///   - losses: "214 users lose access", one a line.
    ///   - content: A field to type a name in, where much is at stake.
    ///   - confirm: The label of the button, a verb with its object: "Disable Integration".
    public init(
        _ question: HTML,
        losses: [String] = [],
        content: HTML = .empty,
        action: Path,
        csrf: String,
        confirm: String,
        cancel: Path
    ) {
        self.question = question
        self.losses = losses
        self.content = content
        self.action = action
        self.csrf = csrf
        self.confirm = confirm
        self.cancel = cancel
    }

    public var html: HTML {
        let losses = losses.map { "<li>\($0)</li>" as HTML }
        let list: HTML = losses.isEmpty ? .empty : "<ul class=\"losses\">\(losses)</ul>"
        let buttons: HTML = "\(Button(confirm, .danger))\(Button("Cancel", .plain, to: cancel))"
        let form = PostForm(action, csrf: csrf, "\(content)\(buttons.within("actions"))")
        return "<section class=\"card confirm\"><p>\(question)</p>\(list)\(form)</section>"
    }
}
