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
        Self.complete(&response.headers, settings: settings)
        return response
    }

    /// Adds what an answer does not say itself.
    static func complete(_ headers: inout HTTPFields, settings: WebSettings) {
        if headers[.contentSecurityPolicy] == nil { headers[.contentSecurityPolicy] = policy() }
        // Without Sec-Fetch-Site the Origin of a form is all we have, and under no-referrer a browser sends "null".
        headers[.referrerPolicy] = settings.isTrustworthy ? "no-referrer" : "same-origin"
        headers[.xContentTypeOptions] = "nosniff"
        headers[.crossOriginOpenerPolicy] = "same-origin"
        headers[.crossOriginResourcePolicy] = "same-origin"
        headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        if settings.isSecure { headers[.strictTransportSecurity] = "max-age=31536000" }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }

    static func policy(formTargets: [String] = []) -> String {
        """
        default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
        form-action \((["'self'"] + formTargets).joined(separator: " ")); frame-ancestors 'none'; base-uri 'none'
        """
    }
}

extension HTTPField.Name {
    // Tokens of RFC 9110 §5.6.2, the only thing that the initializer checks.
    // swift-format-ignore: NeverForceUnwrap
    fileprivate static let referrerPolicy = Self("Referrer-Policy")!
    // swift-format-ignore: NeverForceUnwrap
    fileprivate static let crossOriginOpenerPolicy = Self("Cross-Origin-Opener-Policy")!
    // swift-format-ignore: NeverForceUnwrap
    fileprivate static let crossOriginResourcePolicy = Self("Cross-Origin-Resource-Policy")!
    // swift-format-ignore: NeverForceUnwrap
    fileprivate static let permissionsPolicy = Self("Permissions-Policy")!
}
