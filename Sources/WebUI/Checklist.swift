/// Checks by name with what came of each, in the order in which they ran.
public struct Checklist: Component {
    public enum Outcome: Sendable {
        /// With a detail, such as what was found.
        case passed(String?)
        /// What happened, and what to do.
        case failed(String, remedy: String?)
        /// Not reached, since one before it failed.
        case notRun
    }

    public struct Check: Sendable {
        let name: String
        let outcome: Outcome

        public init(_ name: String, _ outcome: Outcome) {
            self.name = name
            self.outcome = outcome
        }
    }

    private let checks: [Check]

    public init(_ checks: [Check]) {
        self.checks = checks
    }

    public var html: HTML {
        "<ul class=\"checklist\">\(checks.map(Self.line))</ul>"
    }

    private static func line(_ check: Check) -> HTML {
        let name: HTML = "<b>\(check.name)</b>"
        return switch check.outcome {
        case .passed(let detail):
            """
            <li class="check check-passed">\(Shape(tone: .positive))<div>\(name) <span class="check-word">passed\
            </span>\(detail.map { "<p>\($0)</p>" as HTML })</div></li>
            """
        case .failed(let sentence, let remedy):
            """
            <li class="check check-failed">\(Shape(tone: .negative))<div>\(name) <span class="check-word">failed\
            </span><p>\(sentence)\(remedy.map { " \($0)" as HTML })</p></div></li>
            """
        case .notRun:
            """
            <li class="check check-waiting">\(Shape(tone: .neutral))<div>\(name) <span class="check-word">not \
            checked</span></div></li>
            """
        }
    }
}
