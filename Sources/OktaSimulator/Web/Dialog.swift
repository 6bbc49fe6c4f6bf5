/// A popup: a page of its own, so that it works without script, and a dialog to the reader.
struct Dialog {
    let title: String
    let content: HTML

    var html: HTML {
        """
        <dialog open aria-labelledby="dialog-title"><h1 id="dialog-title">\(title)</h1>\(content)</dialog>
        """
    }
}

/// A button that opens a page.
struct OpenButton {
    let label: String
    let path: String
    var style = ""

    var html: HTML {
        "<form action=\"\(path)\" class=\"inline\"><button class=\"\(style)\">\(label)</button></form>"
    }
}
