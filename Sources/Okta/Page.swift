/// One page of a list, in which one odd element does not spoil the others.
struct Page<Element: Decodable & Sendable>: Decodable {
    private(set) var elements: [Element] = []
    /// The ids of elements that could not be read; `?` for one without a readable id.
    private(set) var unreadable: [String] = []

    init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        elements.reserveCapacity(200)
        while !list.isAtEnd {
            switch try list.decode(Attempt.self) {
            case .read(let element): elements.append(element)
            case .odd(let id): unreadable.append(id)
            }
        }
    }

    private enum Attempt: Decodable {
        case read(Element)
        case odd(id: String)

        private struct Named: Decodable {
            let id: String
        }

        init(from decoder: any Decoder) throws {
            do {
                self = .read(try Element(from: decoder))
            } catch {
                self = .odd(id: (try? Named(from: decoder).id) ?? "?")
            }
        }
    }
}
