/// Several lines of text to type or paste.
public struct TextArea: Component {
    private let label: String
    private let name: String
    private let value: String
    private let rows: Int
    private let hint: String?
    private let error: String?
    private let isOptional: Bool

    public init(
        _ label: String,
        name: String,
        value: String = "",
        rows: Int = 4,
        hint: String? = nil,
        errors: FormErrors = FormErrors(),
        isOptional: Bool = false
    ) {
        self.label = label
        self.name = name
        self.value = value
        self.rows = rows
        self.hint = hint
        self.error = errors[name]
        self.isOptional = isOptional
    }

    public var html: HTML {
        let id = Field.id(name)
        // A newline directly after the tag is dropped by browsers, so that one typed first is kept by a second.
        return FieldFrame(label: label, id: id, hint: hint, error: error, isOptional: isOptional) { describedBy in
            """
            <textarea class="input input-full" id="\(id)" name="\(name)" rows="\(rows)" dir="auto"\
            \(attribute: "aria-describedby", describedBy)\(attribute: "aria-invalid", error == nil ? nil : "true")>
            \(value)</textarea>
            """
        }.html
    }
}
