/// What is wrong with a form, on top of the page, focused, with links to the fields. Nothing where nothing is wrong.
public struct ErrorSummary: Component {
    private let errors: FormErrors

    public init(_ errors: FormErrors) {
        self.errors = errors
    }

    public var html: HTML {
        guard !errors.isEmpty else { return .empty }
        return """
            <div class="error-summary" role="alert" tabindex="-1" data-focus aria-labelledby="error-summary-title">
            <h2 id="error-summary-title">There is a problem</h2>
            <ul>\(errors.items.map(Self.line))</ul>
            </div>
            """
    }

    private static func line(_ item: FormErrors.Item) -> HTML {
        guard let field = item.field else { return "<li>\(item.sentence)</li>" }
        return "<li><a href=\"#\(Field.id(field))\">\(item.sentence)</a></li>"
    }
}
