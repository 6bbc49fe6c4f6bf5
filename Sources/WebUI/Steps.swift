/// Numbered steps to follow in order; those done are marked.
public struct Steps: Component {
    public struct Step: Sendable {
        let title: String
        let content: HTML
        let isDone: Bool

        /// - Parameter content: Paragraphs; the labels of the screen to act on in `<b>`.
        public init(_ title: String, isDone: Bool = false, _ content: HTML) {
            self.title = title
            self.content = content
            self.isDone = isDone
        }
    }

    private let steps: [Step]
    private let level: Int

    /// - Parameter level: Of the steps' headings.
    public init(_ steps: [Step], level: Int = 3) {
        self.steps = steps
        self.level = level
    }

    public var html: HTML {
        let steps = steps.map { step in
            """
            <li class="step\(step.isDone ? " step-done" : "")"><div>\
            <h\(level) class="step-title">\(step.title)\
            \(step.isDone ? "<span class=\"unseen\"> (done)</span>" : HTML.empty)</h\(level)>\(step.content)\
            </div></li>
            """ as HTML
        }
        return "<ol class=\"steps\">\(steps)</ol>"
    }
}
