import HTTPTypes
public import Hummingbird
import NIOCore

/// Refuses a change of state that another site's page asked for.
///
/// Two checks, each enough against the usual attack: the browser's own word on where the request comes from, and for
/// a signed-in session the hidden field `csrf`. Programs without cookies (Connect, the gateways) send neither
/// `Sec-Fetch-Site` nor `Origin` and have nothing to forge.
public struct SameOrigin: RouterMiddleware {
    public typealias Context = WebContext

    static let field = "csrf"

    private let settings: WebSettings

    public init(settings: WebSettings) {
        self.settings = settings
    }

    public func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        switch request.method {
        case .get, .head, .options: return try await next(request, context)
        default: break
        }
        let origin = Self.origin(of: request, settings: settings)
        guard origin != .another else { throw HTTPError(.forbidden) }
        guard let session = context.session else { return try await next(request, context) }
        guard origin == .ours, request.isForm else { throw HTTPError(.forbidden) }
        var request = request
        let body = try await request.collectBody(upTo: Form.largest)
        guard let sent = Form(encoded: String(buffer: body))?.once(Self.field),
            BrowserCookies.areEqual(sent, session.csrfToken)
        else { throw HTTPError(.forbidden) }
        return try await next(request, context)
    }

    enum Origin {
        case ours
        case another
        case unsaid
    }

    /// `Sec-Fetch-Site` is the browser's and no page can set it; `Origin` is for browsers that do not send it.
    static func origin(of request: Request, settings: WebSettings) -> Origin {
        if let site = request.headers[.secFetchSite] { return site == "same-origin" ? .ours : .another }
        if let origin = request.headers[.origin] { return origin == settings.publicURL ? .ours : .another }
        return .unsaid
    }
}

extension HTTPField.Name {
    // swift-format-ignore: NeverForceUnwrap
    // A token of RFC 9110 §5.6.2, the only thing that the initializer checks.
    fileprivate static let secFetchSite = Self("Sec-Fetch-Site")!
}
