/// One of a few, all in sight. With `isInline` it is the switch of a setting: ON and OFF side by side.
public struct RadioGroup: Component {
    private let legend: String
    private let name: String
    private let options: [Choice]
    private let hint: String?
    private let error: String?
    private let isInline: Bool

    public init(
        _ legend: String,
        name: String,
        options: [Choice],
        hint: String? = nil,
        errors: FormErrors = FormErrors(),
        isInline: Bool = false
    ) {
        self.legend = legend
        self.name = name
        self.options = options
        self.hint = hint
        self.error = errors[name]
        self.isInline = isInline
    }

    /// A setting that is ON or OFF; the values posted are `on` and `off`.
    public static func onOff(
        _ legend: String,
        name: String,
        isOn: Bool,
        hint: String? = nil,
        errors: FormErrors = FormErrors()
    ) -> RadioGroup {
        RadioGroup(
            legend,
            name: name,
            options: [
                Choice("ON", value: "on", isChosen: isOn),
                Choice("OFF", value: "off", isChosen: !isOn),
            ],
            hint: hint,
            errors: errors,
            isInline: true
        )
    }

    public var html: HTML {
        Choices(
            kind: .radio,
            legend: legend,
            name: name,
            options: options,
            hint: hint,
            error: error,
            look: isInline ? "switch" : "stacked"
        ).html
    }
}
