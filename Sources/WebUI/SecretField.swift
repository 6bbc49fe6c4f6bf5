/// A secret to type: never sent back to the browser.
///
/// Where one is saved, dots and "Saved 3 November, by Ana" stand beside the empty input, and leaving it empty keeps it.
public struct SecretField: Component {
    /// A secret that is kept already.
    public struct Saved: Sendable {
        /// "3 November 2025, by ana@acme.example".
        let note: String

        public init(_ note: String) {
            self.note = note
        }
    }

    private let label: String
    private let name: String
    private let hint: String?
    private let saved: Saved?
    private let error: String?
    private let autocomplete: String

    /// - Parameters:
    ///   - saved: nil where there is none or where it is required again.
    ///   - autocomplete: `current-password` and `new-password` for people's own passwords.
    public init(
        _ label: String,
        name: String,
        hint: String? = nil,
        saved: Saved? = nil,
        errors: FormErrors = FormErrors(),
        autocomplete: String = "off"
    ) {
        self.label = label
        self.name = name
        self.hint = hint
        self.saved = saved
        self.error = errors[name]
        self.autocomplete = autocomplete
    }

    public var html: HTML {
        let id = Field.id(name)
        let hint = saved.map { "Saved \($0.note). Leave empty to keep it." } ?? hint
        return FieldFrame(label: label, id: id, hint: hint, error: error, isOptional: false) { describedBy in
            """
            <input class="input input-medium" id="\(id)" name="\(name)" type="password" value=""\
            \(attribute: "placeholder", saved == nil ? nil : "••••••••••••") autocomplete="\(autocomplete)" \
            spellcheck="false" autocapitalize="off"\(attribute: "aria-describedby", describedBy)\
            \(attribute: "aria-invalid", error == nil ? nil : "true")>
            """
        }.html
    }
}
