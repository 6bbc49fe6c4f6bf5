/// What stands around every input: label, hint, error.
struct FieldFrame: Component {
    let label: String
    let id: String
    let hint: String?
    let error: String?
    let isOptional: Bool
    /// Draws the input, given the ids of what describes it.
    let input: @Sendable (String?) -> HTML

    var html: HTML {
        """
        <div class="field\(error == nil ? "" : " field-error")">
        <label class="label" for="\(id)">\(label)\(isOptional ? Self.optionalMark : .empty)</label>
        \(notes)\(input(describedBy))
        </div>
        """
    }

    /// The hint and the error, with the ids that ``describedBy`` names.
    private var notes: HTML {
        Self.notes(id: id, hint: hint, error: error)
    }

    private var describedBy: String? {
        Self.describedBy(id: id, hint: hint, error: error)
    }

    static let optionalMark: HTML = " <span class=\"optional\">(optional)</span>"

    static func notes(id: String, hint: String?, error: String?) -> HTML {
        let hint = hint.map { "<p class=\"hint\" id=\"\(id)-hint\">\($0)</p>" as HTML }
        let error = error.map {
            """
            <p class="error" id="\(id)-error"><span class="unseen">Error: </span>\($0)</p>
            """ as HTML
        }
        return "\(hint)\(error)"
    }

    static func describedBy(id: String, hint: String?, error: String?) -> String? {
        let ids = [hint == nil ? nil : id + "-hint", error == nil ? nil : id + "-error"].compactMap(\.self)
        return ids.isEmpty ? nil : ids.joined(separator: " ")
    }
}
