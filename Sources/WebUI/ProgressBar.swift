/// How far something is, in words and as a bar; without a known end the bar only moves.
public struct ProgressBar: Component {
    private let label: String
    private let done: Int
    private let total: Int?

    public init(_ label: String, done: Int, of total: Int?) {
        self.label = label
        self.done = done
        self.total = total
    }

    public var html: HTML {
        guard let total, total > 0 else {
            return "<p class=\"progress\"><span>\(label)</span><progress aria-label=\"\(label)\"></progress></p>"
        }
        return """
            <p class="progress"><span>\(label)</span><progress aria-label="\(label)" max="\(total)" \
            value="\(min(done, total))"></progress></p>
            """
    }
}
