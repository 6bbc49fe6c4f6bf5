/// The word Timus with its mark: a gate seen from the front, its door ajar.
public struct Brand: Component {
    public init() {}

    public var html: HTML {
        """
        <span class="brand"><svg class="brand-mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" \
        focusable="false"><path class="brand-arch" d="M3 22V11a9 9 0 0 1 18 0v11h-5V11a4 4 0 0 0-8 0v11z"/>\
        <path class="brand-door" d="M10 22V11.5l4-2V22z"/></svg><span class="brand-word">Timus</span></span>
        """
    }

    /// The mark alone, as a file for the browser's tab.
    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#2450b8" \
        d="M3 22V11a9 9 0 0 1 18 0v11h-5V11a4 4 0 0 0-8 0v11z"/><path fill="#1f9d74" d="M10 22V11.5l4-2V22z"/></svg>
        """
}
