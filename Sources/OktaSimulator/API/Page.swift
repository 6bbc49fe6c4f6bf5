import Foundation

/// A part of a list: how much was asked for, from where.
struct Page: Sendable {
    let limit: Int
    /// The cursor as it came.
    let after: String?

    /// One more than the limit, which shows whether there is a next page.
    var fetched: Int { limit + 1 }
}

extension Call {
    /// The page that the query asks for. A limit above the largest becomes the largest.
    func page(default usual: Int, max largest: Int) throws(OktaFailure) -> Page {
        let after = query["after"]
        guard let text = query["limit"] else { return Page(limit: usual, after: after) }
        guard let limit = Int(text), limit >= 0 else {
            throw .validation("limit", "limit: The value must be a number from 1 to \(largest)")
        }
        return Page(limit: min(limit, largest), after: after)
    }

    /// The id that a cursor holds.
    func cursor<Thing>(_ page: Page, prefix: String) throws(OktaFailure) -> OktaID<Thing>? {
        guard let after = page.after else { return nil }
        guard after.hasPrefix(prefix), after.utf8.count == 20 else { throw .invalidCursor(code: "E0000029") }
        return OktaID(after)
    }

    /// - Parameters:
    ///   - items: up to one more than the page holds.
    ///   - cursor: what makes the next page begin after the item.
    func list<Item>(
        _ items: [Item],
        _ page: Page,
        cursor: (Item) -> String,
        write: (Item, inout JSONWriter) -> Void
    ) -> Reply {
        let shown = items.prefix(page.limit)
        var reply = Reply.json { writer in
            writer.reserve(shown.count * 900)
            writer.array { writer in for item in shown { write(item, &writer) } }
        }
        reply.links = [("self", address(after: page.after, limit: page.limit))]
        if items.count > page.limit, let last = shown.last {
            reply.links.append(("next", address(after: cursor(last), limit: page.limit)))
        }
        return reply
    }

    func list(_ people: [Org.Person], _ page: Page, cursor: (Org.Person) -> String) -> Reply {
        let (origin, typeID) = (origin, org.userTypeID)
        return list(people, page, cursor: cursor) { person, writer in
            person.write(to: &writer, origin: origin, typeID: typeID, inList: true)
        }
    }

    /// The query in Okta's order: after, limit, then the rest as it came.
    func address(after: String?, limit: Int) -> String {
        var pairs: [(name: String, value: String)] = []
        if let after { pairs.append(("after", after)) }
        pairs.append(("limit", String(limit)))
        pairs += query.pairs.filter { !["after", "limit"].contains($0.name) }
        return "\(origin)\(path)?" + Form(pairs).encoded.replacing("%20", with: "+")
    }
}
