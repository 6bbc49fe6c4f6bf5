/// A set of ids kept in order, so that a page begins at its cursor with one binary search.
struct SortedIDs<Thing>: Sendable {
    private(set) var all: [OktaID<Thing>] = []

    var count: Int { all.count }

    init() {}

    init(_ ids: some Sequence<OktaID<Thing>>) { all = ids.sorted() }

    func contains(_ id: OktaID<Thing>) -> Bool {
        let index = firstIndex(notBefore: id)
        return index < all.endIndex && all[index] == id
    }

    /// False where the id was there already.
    @discardableResult
    mutating func insert(_ id: OktaID<Thing>) -> Bool {
        if let last = all.last, last < id {
            all.append(id)
            return true
        }
        let index = firstIndex(notBefore: id)
        guard index == all.endIndex || all[index] != id else { return false }
        all.insert(id, at: index)
        return true
    }

    /// False where the id was not there.
    @discardableResult
    mutating func remove(_ id: OktaID<Thing>) -> Bool {
        let index = firstIndex(notBefore: id)
        guard index < all.endIndex, all[index] == id else { return false }
        all.remove(at: index)
        return true
    }

    /// What comes after the id, which itself need not be there any more; everything for nil.
    func after(_ id: OktaID<Thing>?) -> ArraySlice<OktaID<Thing>> {
        guard let id else { return all[...] }
        let index = firstIndex(notBefore: id)
        return index < all.endIndex && all[index] == id ? all[(index + 1)...] : all[index...]
    }

    private func firstIndex(notBefore id: OktaID<Thing>) -> Int {
        var low = all.startIndex
        var high = all.endIndex
        while low < high {
            let middle = (low + high) / 2
            if all[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
