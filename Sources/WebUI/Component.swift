/// A part of a page that knows how to draw itself.
public protocol Component: Sendable {
    var html: HTML { get }
}

extension HTML: Component {
    public var html: HTML { self }
}
