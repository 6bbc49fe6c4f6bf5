/// A value to copy elsewhere: with script a *Copy* button that says "Copied", without it a box to select from.
public struct CopyBox: Component {
    private let label: String
    private let value: String
    private let id: String

    /// - Parameter id: Unique on the page.
    public init(_ label: String, value: String, id: String) {
        self.label = label
        self.value = value
        self.id = id
    }

    public var html: HTML {
        """
        <div class="field copy"><label class="label" for="\(id)">\(label)</label>\
        <div class="copy-row"><input class="input mono" id="\(id)" type="text" readonly value="\(value)" \
        spellcheck="false"><button class="button button-secondary" type="button" data-copy="\(id)" hidden>Copy\
        <span class="unseen"> \(label)</span></button>\
        <span class="copy-said" role="status" aria-live="polite"></span></div></div>
        """
    }
}
