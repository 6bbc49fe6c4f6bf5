/// A whole list, read page by page to its end.
public struct OktaList<Element: Sendable>: Sendable {
    public var items: [Element]
    /// What could not be read or had to be read another way, each in one sentence for the administrator. Empty when
    /// nothing odd came.
    public var notes: [String]

    public init(items: [Element] = [], notes: [String] = []) {
        self.items = items
        self.notes = notes
    }
}
