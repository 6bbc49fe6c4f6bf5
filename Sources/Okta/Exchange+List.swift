extension Exchange {
    /// A whole list: follows the link to the next page until there is none.
    ///
    /// All of it or an error, never a part. An element that comes twice, since somebody changed between two pages, is
    /// kept as it came last.
    ///
    /// - Parameter request: of the first page.
    func list<Element: JSONReadable & Identifiable>(
        _ request: Request,
        of noun: String,
        onPage: @Sendable (Int) async -> Void
    ) async throws(OktaError) -> OktaList<Element> where Element.ID == String {
        var list = OktaList<Element>()
        var places: [String: Int] = [:]
        var seen: Set<String> = []
        var request: Request? = request
        while let current = request {
            guard seen.insert(current.url).inserted, seen.count <= Self.mostPages else {
                throw .notOkta(host: domain.host, came: "a list without an end")
            }
            let answer = try await get(current)
            list.asOf = list.asOf ?? answer.date
            let page = try answer.read(from: domain.host) { (json) throws(JSONReader.Failure) in
                try Page<Element>(json: &json)
            }
            for element in page.elements {
                if let place = places[element.id] {
                    list.items[place] = element
                } else {
                    places[element.id] = list.items.count
                    list.items.append(element)
                }
            }
            list.unreadable += page.unreadable.compactMap(\.self)
            list.notes += page.unreadable.map {
                "\(noun) \($0 ?? "?") was skipped: what Okta says of it could not be read."
            }
            await onPage(list.items.count)
            request = try answer.next.map { (link) throws(OktaError) in try current.following(link, in: domain) }
        }
        return list
    }

    /// Two million users; a list that is longer has gone wrong.
    private static var mostPages: Int { 10_000 }
}

extension Exchange.Request {
    /// The next page, at the address as given. The token goes to no other origin.
    fileprivate func following(_ link: String, in domain: OktaDomain) throws(OktaError) -> Self {
        guard link.hasPrefix(domain.origin + "/") else {
            throw .notOkta(host: domain.host, came: "a link to another host")
        }
        return Exchange.Request(
            url: link,
            bucket: bucket,
            action: action,
            thing: thing,
            retriesServerFaults: retriesServerFaults
        )
    }
}
