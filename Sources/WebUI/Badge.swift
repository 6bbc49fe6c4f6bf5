/// A status in one or two words, with a colour and a shape. Never a button.
public struct Badge: Component {
    public enum Tone: String, Sendable, CaseIterable {
        case neutral
        case positive
        case warning
        case negative
        case info
    }

    private let word: String
    private let tone: Tone

    public init(_ word: String, _ tone: Tone = .neutral) {
        self.word = word
        self.tone = tone
    }

    public var html: HTML {
        "<strong class=\"badge badge-\(tone)\">\(Shape(tone: tone))\(word)</strong>"
    }
}
