/// What is remembered of many sources, within a bound: where it is full, newcomers are counted as one, so that inventing
/// sources gains nothing and fills no memory.
public struct SourceTable<Value: Sendable>: Sendable {
    /// Under which all newcomers are counted while the table is full. No source has this name.
    static var others: String { "others" }

    private let most: Int
    private var values: [String: Value] = [:]
    private var newcomersWhenFull = 0

    /// - Parameter most: how many sources are remembered.
    public init(most: Int = 10_000) {
        self.most = most
    }

    public subscript(key: String) -> Value? {
        get { values[key] }
        set { values[key] = newValue }
    }

    /// The key under which the source is counted.
    ///
    /// What is over is forgotten only now and then: to look through all for each newcomer would be what a flood wants.
    ///
    /// - Parameter isOver: whether it makes no difference to forget a value.
    public mutating func key(for source: String, forgetting isOver: (Value) -> Bool) -> String {
        guard values[source] == nil, values.count >= most else { return source }
        if newcomersWhenFull.isMultiple(of: max(1, most / 10)) { values = values.filter { !isOver($0.value) } }
        newcomersWhenFull += 1
        return values.count < most ? source : Self.others
    }
}
