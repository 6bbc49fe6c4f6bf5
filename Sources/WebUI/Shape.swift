/// The little drawing that tells tones apart where colours do not.
struct Shape: Component {
    let tone: Badge.Tone

    var html: HTML {
        """
        <svg class="shape" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">\
        \(drawing)</svg>
        """
    }

    private var drawing: HTML {
        switch tone {
        case .neutral: "<circle cx=\"6\" cy=\"6\" r=\"3.5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>"
        case .positive: "<path d=\"M2 6.5 5 9.5 10 3\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>"
        case .warning: "<path d=\"M6 1 11.5 11H.5z\" fill=\"currentColor\"/>"
        case .negative: "<path d=\"M2.5 2.5l7 7m0-7-7 7\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>"
        case .info: "<path d=\"M6 1a5 5 0 0 1 0 10z\" fill=\"currentColor\"/>"
        }
    }
}
