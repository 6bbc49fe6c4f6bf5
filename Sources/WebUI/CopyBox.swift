/// A value to copy elsewhere: with script a *Copy* button that says "Copied", without it a box to select from.
public struct CopyBox: Component {
    private let label: String
    private let value: String
    private let id: String
    private let isLong: Bool

    /// - Parameters:
    ///   - id: Unique on the page.
    ///   - isLong: Shown on as many lines as it takes, as a command is.
    public init(_ label: String, value: String, id: String, isLong: Bool = false) {
        self.label = label
        self.value = value
        self.id = id
        self.isLong = isLong
    }

    public var html: HTML {
        """
        <div class="field copy"><label class="label" for="\(id)">\(label)</label>\
        <div class="copy-row">\(isLong ? area : line)<button class="button button-secondary" type="button" data-copy="\(id)" hidden>Copy\
        <span class="unseen"> \(label)</span></button>\
        <span class="copy-said" role="status" aria-live="polite"></span></div></div>
        """
    }

    private var line: HTML {
        "<input class=\"input mono\" id=\"\(id)\" type=\"text\" readonly value=\"\(value)\" spellcheck=\"false\">"
    }

    private var area: HTML {
        "<textarea class=\"input mono\" id=\"\(id)\" rows=\"2\" readonly spellcheck=\"false\">\(value)</textarea>"
    }
}
