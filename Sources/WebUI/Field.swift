/// One line of text to type: label, hint, error and input, joined for screen readers.
public struct Field: Component {
    /// What is typed, for the keyboard and the browser's own help.
    public enum Kind: String, Sendable {
        case text
        case email
        case url
        case search
        case number
        case tel
    }

    /// How wide the input is: as long as what is usually typed.
    public enum Width: String, Sendable {
        case short
        case medium
        case full
    }

    private let label: String
    private let name: String
    private let value: String
    private let kind: Kind
    private let hint: String?
    private let placeholder: String?
    private let error: String?
    private let isOptional: Bool
    private let autocomplete: String
    private let width: Width
    private let isReadOnly: Bool

    /// - Parameters:
    ///   - hint: One sentence without a link.
    ///   - errors: The sentence for this field is picked by its name.
    ///   - isOptional: Says "(optional)" after the label; required fields carry no mark.
    public init(
        _ label: String,
        name: String,
        value: String = "",
        kind: Kind = .text,
        hint: String? = nil,
        placeholder: String? = nil,
        errors: FormErrors = FormErrors(),
        isOptional: Bool = false,
        autocomplete: String = "off",
        width: Width = .medium,
        isReadOnly: Bool = false
    ) {
        self.label = label
        self.name = name
        self.value = value
        self.kind = kind
        self.hint = hint
        self.placeholder = placeholder
        self.error = errors[name]
        self.isOptional = isOptional
        self.autocomplete = autocomplete
        self.width = width
        self.isReadOnly = isReadOnly
    }

    public var html: HTML {
        let id = Self.id(name)
        return FieldFrame(label: label, id: id, hint: hint, error: error, isOptional: isOptional) { describedBy in
            """
            <input class="input input-\(width)" id="\(id)" name="\(name)" type="\(kind)" value="\(value)"\
            \(attribute: "placeholder", placeholder) autocomplete="\(autocomplete)" spellcheck="false" dir="auto"\
            \(attribute: "aria-describedby", describedBy)\(attribute: "aria-invalid", error == nil ? nil : "true")\
            \(attribute: "readonly", isReadOnly)>
            """
        }.html
    }

    /// The id of the input of that name: `field-client-id` for `client_id`, `field-site` for `site[]`.
    public static func id(_ name: String) -> String {
        let words = name.split { !$0.isLetter && !$0.isNumber }
        return (["field"] + words).joined(separator: "-")
    }
}
