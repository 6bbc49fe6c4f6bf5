/// Narrows a list by what is typed, by a plain GET of the list's own page.
public struct SearchForm: Component {
    private let action: Path
    private let label: String
    private let value: String
    private let more: HTML

    /// - Parameters:
    ///   - value: What was searched for, posted as `search`.
    ///   - more: Further inputs, such as a ``Select`` of statuses.
    public init(_ label: String, action: Path, value: String, more: HTML = .empty) {
        self.label = label
        self.action = action
        self.value = value
        self.more = more
    }

    public var html: HTML {
        """
        <form class="search" method="get" action="\(action)" role="search">\
        <div class="field"><label class="label" for="field-search">\(label)</label>\
        <input class="input input-medium" type="search" id="field-search" name="search" value="\(value)" \
        autocomplete="off" dir="auto"></div>\(more)\(Button("Search", .secondary))</form>
        """
    }
}
