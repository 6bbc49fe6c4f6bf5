/// A set of ids kept in order, so that a page begins at its cursor with a binary search. In pieces of at most a thousand,
/// so that a change in the middle of a hundred thousand moves few.
struct SortedIDs<Thing>: Sendable {
    /// None is empty; each id of one comes before each of the next.
    private var pieces: [[OktaID<Thing>]] = []
    private(set) var count = 0

    private static var mostInPiece: Int { 1_000 }

    init() {}

    init(_ ids: some Sequence<OktaID<Thing>>) {
        for id in ids.sorted() { insert(id) }
    }

    var isEmpty: Bool { count == 0 }

    var all: [OktaID<Thing>] { Array(pieces.joined()) }

    func contains(_ id: OktaID<Thing>) -> Bool {
        let (piece, index) = place(of: id)
        return piece < pieces.count && index < pieces[piece].count && pieces[piece][index] == id
    }

    /// False where the id was there already.
    @discardableResult
    mutating func insert(_ id: OktaID<Thing>) -> Bool {
        if pieces.isEmpty {
            pieces.append([id])
            count = 1
            return true
        }
        var (piece, index) = place(of: id)
        if piece == pieces.count {
            piece -= 1
            index = pieces[piece].count
        }
        guard index == pieces[piece].count || pieces[piece][index] != id else { return false }
        pieces[piece].insert(id, at: index)
        count += 1
        if pieces[piece].count > Self.mostInPiece { split(piece, isLast: index == pieces[piece].count - 1) }
        return true
    }

    /// False where the id was not there.
    @discardableResult
    mutating func remove(_ id: OktaID<Thing>) -> Bool {
        let (piece, index) = place(of: id)
        guard piece < pieces.count, index < pieces[piece].count, pieces[piece][index] == id else { return false }
        pieces[piece].remove(at: index)
        if pieces[piece].isEmpty { pieces.remove(at: piece) }
        count -= 1
        return true
    }

    /// What comes after the id, which itself need not be there any more; everything for nil.
    func after(_ id: OktaID<Thing>?) -> some Sequence<OktaID<Thing>> {
        var (piece, index) = id.map { place(of: $0) } ?? (0, 0)
        if let id, piece < pieces.count, index < pieces[piece].count, pieces[piece][index] == id { index += 1 }
        return sequence(state: (pieces, piece, index)) { state in
            guard state.1 < state.0.count else { return nil }
            while state.2 >= state.0[state.1].count {
                state.1 += 1
                state.2 = 0
                guard state.1 < state.0.count else { return nil }
            }
            state.2 += 1
            return state.0[state.1][state.2 - 1]
        }
    }

    /// Where the id is, or where it would go: a piece whose last id is not before it, and the index in it. One piece too
    /// far for an id after all others.
    private func place(of id: OktaID<Thing>) -> (piece: Int, index: Int) {
        let piece = Self.first(in: pieces.count) { pieces[$0][pieces[$0].count - 1] >= id }
        guard piece < pieces.count else { return (piece, 0) }
        return (piece, Self.first(in: pieces[piece].count) { pieces[piece][$0] >= id })
    }

    /// The first of `count` positions for which the condition holds, which holds for all later ones; `count` for none.
    private static func first(in count: Int, where holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// In half; the last piece, which grows at its end, only loses its last id.
    private mutating func split(_ piece: Int, isLast: Bool) {
        let cut = isLast ? pieces[piece].count - 1 : pieces[piece].count / 2
        pieces.insert(Array(pieces[piece][cut...]), at: piece + 1)
        pieces[piece].removeSubrange(cut...)
    }
}
