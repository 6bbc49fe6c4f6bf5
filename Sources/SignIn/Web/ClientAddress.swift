public import Hummingbird

/// Finds out whose request it is where it came through a proxy, before anything else asks.
public struct ClientAddress: RouterMiddleware {
    public typealias Context = WebContext

    private let proxies: TrustedProxies

    public init(settings: WebSettings) {
        proxies = settings.trustedProxies
    }

    public func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.address = proxies.client(peer: context.address, headers: request.headers)
        return try await next(request, context)
    }
}
