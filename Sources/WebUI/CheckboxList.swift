/// Any number of many: with a count ("24 of 310 selected") and a box that narrows the list.
///
/// Narrowing works without script too: the box then is the field `search` of the form and *Search* is its first
/// button, so that the page comes back with what is ticked still ticked. Options arrive in the order to be shown, the
/// chosen ones first.
public struct CheckboxList: Component {
    /// The box that narrows the list.
    public struct Search: Sendable {
        let label: String
        let value: String
        let more: HTML

        /// Posted as `search`; the button posts `action=search`.
        ///
        /// - Parameter more: Further buttons, after *Search*, which stays the first of the form.
        public init(_ label: String, value: String, more: HTML = .empty) {
            self.label = label
            self.value = value
            self.more = more
        }
    }

    private let legend: String
    private let name: String
    private let options: [Choice]
    private let total: Int
    private let hint: String?
    private let error: String?
    private let search: Search?
    private let empty: HTML

    /// - Parameters:
    ///   - total: How many there are, where `options` holds only those that were searched for.
    ///   - empty: Stands in place of the list where there are no options.
    public init(
        _ legend: String,
        name: String,
        options: [Choice],
        total: Int? = nil,
        hint: String? = nil,
        errors: FormErrors = FormErrors(),
        search: Search? = nil,
        empty: HTML = .empty
    ) {
        self.legend = legend
        self.name = name
        self.options = options
        self.total = total ?? options.count
        self.hint = hint
        self.error = errors[name]
        self.search = search
        self.empty = empty
    }

    public var html: HTML {
        """
        <div class="checkbox-list" data-choices>\
        \(Choices(
            kind: .checkbox,
            legend: legend,
            name: name,
            options: options,
            hint: hint,
            error: error,
            look: "dense",
            above: tools,
            empty: empty
        ))</div>
        """
    }

    private var tools: HTML {
        let chosen = options.count { $0.isChosen }
        let count: HTML = """
            <p class="choice-count" data-count="\(total)" role="status">\(chosen) of \(total) selected</p>
            """
        guard let search else { return count }
        return """
            <div class="choice-tools"><label class="unseen" for="field-search">\(search.label)</label>\
            <input class="input" type="search" id="field-search" name="search" value="\(search.value)" \
            placeholder="\(search.label)" autocomplete="off" data-narrow>\
            \(Button("Search", .secondary, name: "action", value: "search"))\(search.more)\(count)</div>
            """
    }
}
