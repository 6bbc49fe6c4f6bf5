/// One page of a list, in which one odd element does not spoil the others.
struct Page<Element: JSONReadable> {
    private(set) var elements: [Element] = []
    /// The ids of elements that could not be read; nil for one without a readable id.
    private(set) var unreadable: [String?] = []

    init(json: inout JSONReader) throws(JSONReader.Failure) {
        var elements: [Element] = []
        var unreadable: [String?] = []
        try json.array { (json) throws(JSONReader.Failure) in
            let start = json
            do throws(JSONReader.Failure) {
                elements.append(try Element(json: &json))
            } catch {
                json = start
                unreadable.append(try Self.id(&json))
            }
        }
        try json.end()
        self.elements = elements
        self.unreadable = unreadable
    }

    /// The member `id` of the next element, whatever else it is.
    private static func id(_ json: inout JSONReader) throws(JSONReader.Failure) -> String? {
        var id: String?
        var named = json
        try? named.object { (name, json) throws(JSONReader.Failure) in
            if name == "id" { id = try json.string() } else { try json.skip() }
        }
        try json.skip()
        return id
    }
}
