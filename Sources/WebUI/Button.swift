/// Something to press: the submit button of a form, or a link that looks like one.
///
/// One primary button a page; its words start with a verb, "Save and continue".
public struct Button: Component {
    public enum Look: String, Sendable {
        case primary
        case secondary
        /// Takes something away.
        case danger
        /// Reads as a link, for the quiet things beside a primary button.
        case plain
    }

    private enum Action {
        case submit(name: String?, value: String?)
        case follow(Path)
    }

    private let label: String
    private let look: Look
    private let action: Action
    private let context: String?

    /// Submits the form it stands in.
    ///
    /// - Parameters:
    ///   - name: With `value`, sent only when this button is pressed, for forms with more than one.
    ///   - context: Read out after the label where many buttons of a page say the same, such as the user's name.
    public init(
        _ label: String,
        _ look: Look = .primary,
        name: String? = nil,
        value: String? = nil,
        context: String? = nil
    ) {
        self.label = label
        self.look = look
        self.action = .submit(name: name, value: value)
        self.context = context
    }

    /// Leads to another page.
    public init(_ label: String, _ look: Look = .primary, to path: Path, context: String? = nil) {
        self.label = label
        self.look = look
        self.action = .follow(path)
        self.context = context
    }

    public var html: HTML {
        let words: HTML = "\(label)\(context.map { " <span class=\"unseen\">\(isolated: $0)</span>" as HTML })"
        return switch action {
        case .submit(let name, let value):
            """
            <button class="button button-\(look)" type="submit"\(attribute: "name", name)\
            \(attribute: "value", value)>\(words)</button>
            """
        case .follow(let path):
            "<a class=\"button button-\(look)\" href=\"\(path)\">\(words)</a>"
        }
    }
}
