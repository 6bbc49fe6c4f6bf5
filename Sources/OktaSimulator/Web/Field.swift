/// The inputs of a form, each with a label bound to it and, where the last try failed, a sentence at the field.
struct Field {
    let label: String
    let name: String
    var value = ""
    var problem: String?
    var hint: String?

    private var id: String { "field-\(name)" }

    private var description: HTML {
        let hint: HTML? = hint.map { "<p class=\"hint\" id=\"\(id)-hint\">\($0)</p>" }
        let problem: HTML? = problem.map { "<p class=\"problem\" id=\"\(id)-problem\">\($0)</p>" }
        return "\(hint)\(problem)"
    }

    private var describedBy: HTML? {
        let ids = [hint.map { _ in "\(id)-hint" }, problem.map { _ in "\(id)-problem" }].compactMap(\.self)
        if ids.isEmpty { return nil }
        return " aria-describedby=\"\(ids.joined(separator: " "))\"\(" aria-invalid=\"true\"", if: problem != nil)"
    }

    /// - Parameters:
    ///   - type: the `type` of the input.
    ///   - attributes: more attributes, each with a space before it.
    func input(_ type: String = "text", attributes: HTML = "") -> HTML {
        """
        <div class="field"><label for="\(id)">\(label)</label>\(description)\
        <input id="\(id)" name="\(name)" type="\(type)" value="\(value)"\(describedBy)\(attributes)></div>
        """
    }

    /// One value a line.
    func lines(_ count: Int = 2) -> HTML {
        """
        <div class="field"><label for="\(id)">\(label)</label>\(description)\
        <textarea id="\(id)" name="\(name)" rows="\(count)"\(describedBy)>
        \(value)</textarea></div>
        """
    }

    /// - Parameter chosen: the values that are chosen; with `many` any number of them.
    func select(_ options: [(value: String, label: String)], chosen: Set<String>, many: Bool = false) -> HTML {
        let options: [HTML] = options.map { option in
            "<option value=\"\(option.value)\"\(" selected", if: chosen.contains(option.value))>\(option.label)</option>"
        }
        return """
            <div class="field"><label for="\(id)">\(label)</label>\(description)\
            <select id="\(id)" name="\(name)"\(" multiple size=\"5\"", if: many)\(describedBy)>\(options)</select></div>
            """
    }

    func checkbox(isOn: Bool, isEnabled: Bool = true) -> HTML {
        """
        <div class="choice"><input type="checkbox" id="\(id)" name="\(name)" value="on"\
        \(" checked", if: isOn)\(" disabled", if: !isEnabled)\(describedBy)>\
        <label for="\(id)">\(label)</label>\(description)</div>
        """
    }

    /// One of several ticks that share `name`.
    func tick(_ choice: String, isOn: Bool) -> HTML {
        let hint: HTML? = hint.map { "<p class=\"hint\">\($0)</p>" }
        return """
            <div class="choice"><input type="checkbox" id="\(id)-\(choice)" name="\(name)" value="\(choice)"\
            \(" checked", if: isOn)><label for="\(id)-\(choice)">\(label)</label>\(hint)</div>
            """
    }

    /// One of several choices that share `name`.
    func radio(_ choice: String, isOn: Bool, isEnabled: Bool = true) -> HTML {
        """
        <div class="choice"><input type="radio" id="\(id)-\(choice)" name="\(name)" value="\(choice)"\
        \(" checked", if: isOn)\(" disabled", if: !isEnabled)>\
        <label for="\(id)-\(choice)">\(label)</label>\(description)</div>
        """
    }
}

/// What is wrong with a form that came back: a sentence for each field, by the field's name.
struct FormProblems: Sendable {
    private var sentences: [String: String] = [:]

    init() {}

    /// Sorts what the org refused to the fields that it names; what it says of others stands above the form.
    init(_ failure: OktaFailure, fields: Set<String>) {
        for cause in failure.causes.isEmpty ? [failure.summary] : failure.causes {
            let field = String(cause.prefix { $0 != ":" })
            sentences[fields.contains(field) ? field : ""] = cause.withoutFieldName
        }
    }

    subscript(field: String) -> String? {
        get { sentences[field] }
        set { sentences[field] = newValue }
    }

    var isEmpty: Bool { sentences.isEmpty }

    static let blank = "The field cannot be left blank"

    /// Above the form. What no field can show is under the name `""`.
    var summary: HTML? {
        if isEmpty { return nil }
        let general = sentences[""] ?? "We found some errors. Review the form and make corrections."
        return "<div class=\"notice error\" role=\"alert\">\(general)</div>"
    }
}
