import Foundation

/// The order that `sortBy` and `sortOrder` ask for. Its cursors hold the key of the last item, so that a page begins right
/// even when that item is gone.
struct SortOrder: Sendable {
    private let isDescending: Bool

    init(descending: Bool) { isDescending = descending }

    /// The value, then the id, which makes it unique.
    func key(_ value: ResourceFilter.Value?, _ id: String) -> String {
        switch value {
        case .text(let text): "\(text.lowercased())\u{0}\(id)"
        case .date(let date): "\(OktaTime.text(date))\u{0}\(id)"
        case .anyOf, nil: "\u{0}\(id)"
        }
    }

    func list<Item>(
        _ items: [(key: String, item: Item)],
        _ call: Call,
        _ page: Page,
        reply: ([Item], Page, (Item) -> String) -> Reply
    ) throws(OktaFailure) -> Reply {
        var cursor: String?
        if let after = page.after {
            guard let data = Data(base64Encoded: after) else { throw .invalidCursor(code: "E0000031") }
            cursor = String(decoding: data, as: UTF8.self)
        }
        let sorted = items.sorted { precedes($0.key, $1.key) }
        let rest = sorted.drop { item in cursor.map { !precedes($0, item.key) } ?? false }.prefix(page.fetched)
        let lastKey = rest.prefix(page.limit).last?.key ?? ""
        return reply(rest.map(\.item), page) { _ in Data(lastKey.utf8).base64EncodedString() }
    }

    private func precedes(_ one: String, _ other: String) -> Bool { isDescending ? one > other : one < other }
}
