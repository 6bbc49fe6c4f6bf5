/// A value that is there to be copied. With script the button puts it on the clipboard; without, the button opens a page
/// where the value is marked and ready to copy.
struct CopyBox {
    let label: String
    let name: String
    let value: String
    /// Dots instead of the value.
    var isHidden = false
    var button = "Copy"
    /// The label is for screen readers only.
    var isLabelHidden = false

    var html: HTML {
        let labelClass = isLabelHidden ? "unseen" : ""
        return """
            <div class="copy"><label class="\(labelClass)" for="copy-\(name)">\(label)</label>\
            <span class="row"><input id="copy-\(name)" type="\(isHidden ? "password" : "text")" value="\(value)" readonly \
            autocomplete="off" spellcheck="false">\
            <form method="post" action="/copy"><input type="hidden" name="value" value="\(value)">\
            <button class="small" data-copy="copy-\(name)">\(button)</button></form></span></div>
            """
    }
}
