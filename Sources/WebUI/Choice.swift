/// One of several things to choose from, in a ``Select``, a ``RadioGroup`` or a ``CheckboxList``.
public struct Choice: Sendable {
    let label: String
    let value: String
    let hint: String?
    let badge: Badge?
    let isChosen: Bool

    /// - Parameters:
    ///   - label: Data, set apart as text that people made.
    ///   - hint: Shown under the label, or beside it in a dense list; a ``Select`` leaves it out.
    public init(_ label: String, value: String, hint: String? = nil, badge: Badge? = nil, isChosen: Bool = false) {
        self.label = label
        self.value = value
        self.hint = hint
        self.badge = badge
        self.isChosen = isChosen
    }
}
