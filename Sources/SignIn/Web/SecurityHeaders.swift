import HTTPTypes
public import Hummingbird

/// Says on every answer what a browser may do with it.
public struct SecurityHeaders: RouterMiddleware {
    public typealias Context = WebContext

    private let settings: WebSettings

    public init(settings: WebSettings) {
        self.settings = settings
    }

    public func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = Self.policy()
        }
        // Without Sec-Fetch-Site the Origin of a form is all we have, and under no-referrer a browser sends "null".
        response.headers[.referrerPolicy] = settings.isTrustworthy ? "no-referrer" : "same-origin"
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.crossOriginOpenerPolicy] = "same-origin"
        if settings.isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    static func policy(formTargets: [String] = []) -> String {
        """
        default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
        form-action \((["'self'"] + formTargets).joined(separator: " ")); frame-ancestors 'none'; base-uri 'none'
        """
    }
}

extension HTTPField.Name {
    // swift-format-ignore: NeverForceUnwrap
    // The three are tokens of RFC 9110 §5.6.2, the only thing that the initializer checks.
    fileprivate static let referrerPolicy = Self("Referrer-Policy")!
    // swift-format-ignore: NeverForceUnwrap
    fileprivate static let crossOriginOpenerPolicy = Self("Cross-Origin-Opener-Policy")!
}
