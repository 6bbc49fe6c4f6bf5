import Foundation

extension Row {
    /// A value kept as JSON in a text column.
    func json<Value: Decodable>(_ column: String) throws(StoreError) -> Value {
        let text = try text(column)
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw .unreadable("The column \(column) holds JSON of another form.")
        }
    }
}

extension String {
    /// The JSON that ``Row/json(_:)`` reads; keys are sorted, so that equal values give equal texts.
    init(json value: some Encodable) throws(StoreError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            self.init(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw .unreadable("A value could not be written as JSON.")
        }
    }
}
