/// A sentence that stands out: a banner across the page, the result of what was just done, or a warning in the text.
public struct Notice: Component {
    private let title: String
    private let detail: HTML
    private let tone: Badge.Tone

    /// - Parameters:
    ///   - title: One sentence on what happened.
    ///   - detail: What to do, links included.
    public init(_ title: String, _ tone: Badge.Tone = .info, detail: HTML = .empty) {
        self.title = title
        self.detail = detail
        self.tone = tone
    }

    /// Read out at once where it is the result of an action or bad news.
    public var html: HTML {
        """
        <div class="notice notice-\(tone)"\(attribute: "role", tone == .positive ? "status" : nil)>\
        \(Shape(tone: tone))<div><p class="notice-title">\(title)</p>\
        \(detail.within("notice-detail"))</div></div>
        """
    }
}
