/// Numbers at a glance, each a link to the list it counts.
public struct Counts: Component {
    public struct Count: Sendable {
        let number: Int
        let thing: String
        let path: Path?

        public init(_ number: Int, _ thing: String, to path: Path? = nil) {
            self.number = number
            self.thing = thing
            self.path = path
        }
    }

    private let counts: [Count]

    public init(_ counts: [Count]) {
        self.counts = counts
    }

    public var html: HTML {
        let items = counts.map { count in
            let words: HTML = "<b>\(Self.grouped(count.number))</b> <span>\(count.thing)</span>"
            return count.path.map { "<li><a href=\"\($0)\">\(words)</a></li>" } ?? "<li>\(words)</li>" as HTML
        }
        return "<ul class=\"counts\">\(items)</ul>"
    }

    /// `12,345`.
    public static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return number < 0 ? "−" + grouped : grouped
    }
}
