public import Foundation

/// A whole list, read page by page to its end.
public struct OktaList<Element: Sendable>: Sendable {
    public var items: [Element]
    /// The ids of elements that are in the list but could not be read.
    public var unreadable: [String] = []
    /// What could not be read or had to be read another way, each in one sentence for the administrator. Empty when
    /// nothing odd came.
    public var notes: [String]
    /// Okta's clock when it gave the first page, in whole seconds: what changed later need not be in the list. nil where
    /// Okta did not say.
    public var asOf: Date?

    public init(items: [Element] = [], notes: [String] = []) {
        self.items = items
        self.notes = notes
    }
}
