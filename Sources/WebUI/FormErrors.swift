/// What is wrong with a posted form, field by field, in the order of the page.
public struct FormErrors: Sendable, Equatable {
    public struct Item: Sendable, Equatable {
        /// The name of the field; nil where the sentence concerns the whole form.
        public let field: String?
        /// Starts with what to do: "Enter the Okta domain, for example example.okta.com".
        public let sentence: String
    }

    public private(set) var items: [Item] = []

    public var isEmpty: Bool { items.isEmpty }

    public init() {}

    public init(_ sentence: String, field: String? = nil) {
        add(sentence, field: field)
    }

    public mutating func add(_ sentence: String, field: String? = nil) {
        items.append(Item(field: field, sentence: sentence))
    }

    /// The first sentence for that field.
    public subscript(field: String) -> String? {
        items.first { $0.field == field }?.sentence
    }
}
