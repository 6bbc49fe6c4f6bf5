/// One of many, in a drop-down list. Up to seven options are better shown as a ``RadioGroup``.
public struct Select: Component {
    private let label: String
    private let name: String
    private let options: [Choice]
    private let hint: String?
    private let error: String?

    public init(
        _ label: String,
        name: String,
        options: [Choice],
        hint: String? = nil,
        errors: FormErrors = FormErrors()
    ) {
        self.label = label
        self.name = name
        self.options = options
        self.hint = hint
        self.error = errors[name]
    }

    public var html: HTML {
        let id = Field.id(name)
        let options = options.map {
            "<option value=\"\($0.value)\"\(attribute: "selected", $0.isChosen)>\($0.label)</option>" as HTML
        }
        return FieldFrame(label: label, id: id, hint: hint, error: error, isOptional: false) { describedBy in
            """
            <select class="input input-auto" id="\(id)" name="\(name)"\(attribute: "aria-describedby", describedBy)\
            \(attribute: "aria-invalid", error == nil ? nil : "true")>\(options)</select>
            """
        }.html
    }
}
