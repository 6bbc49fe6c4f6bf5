/// A fieldset of radio buttons or checkboxes.
struct Choices: Component {
    enum Kind: String, Sendable {
        case radio
        case checkbox
    }

    let kind: Kind
    let legend: String
    let name: String
    let options: [Choice]
    let hint: String?
    let error: String?
    /// `stacked`, `dense` or `switch`.
    let look: String
    var above: HTML = .empty
    var empty: HTML = .empty

    var html: HTML {
        let id = Field.id(name)
        let describedBy = FieldFrame.describedBy(id: id, hint: hint, error: error)
        return """
            <fieldset class="field choices choices-\(look)\(error == nil ? "" : " field-error")"\
            \(attribute: "aria-describedby", describedBy)>
            <legend class="label">\(legend)</legend>
            \(FieldFrame.notes(id: id, hint: hint, error: error))\(above)<div class="choice-list">\(lines)</div>\
            \(options.isEmpty ? empty : .empty)
            </fieldset>
            """
    }

    /// The first input carries the plain id, so that the error summary's link reaches it.
    private var lines: [HTML] {
        let id = Field.id(name)
        return options.enumerated().map { index, option in
            let own = index == 0 ? id : "\(id)-\(index + 1)"
            return """
                <div class="choice"><input type="\(kind)" id="\(own)" name="\(name)" value="\(option.value)"\
                \(attribute: "checked", option.isChosen)\
                \(attribute: "aria-describedby", option.hint == nil ? nil : own + "-note")>\
                <label for="\(own)">\(isolated: option.label)</label>\(option.badge)\
                \(option.hint.map { "<span class=\"choice-note\" id=\"\(own)-note\">\($0)</span>" as HTML })</div>
                """
        }
    }
}
