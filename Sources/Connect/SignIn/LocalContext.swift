import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A request from this machine's own browser.
struct LocalContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// `127.0.0.1:PORT` as we listen; nil only where the connection has gone.
    let host: String?

    init(source: ApplicationRequestContextSource) {
        self.coreContext = CoreRequestContextStorage(source: source)
        self.host = source.channel.localAddress?.port.map { "127.0.0.1:\($0)" }
    }
}

/// Refuses requests that were meant for another name, as those of a page that had its own name point at 127.0.0.1 (DNS
/// rebinding), and tells the browser to keep our pages to itself.
struct LocalOnly: RouterMiddleware {
    typealias Context = LocalContext

    func handle(
        _ request: Request,
        context: LocalContext,
        next: (Request, LocalContext) async throws -> Response
    ) async throws -> Response {
        guard let host = context.host, request.head.authority == host else { throw HTTPError(.badRequest) }
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = """
            default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
            form-action 'self'; frame-ancestors 'none'; base-uri 'none'
            """
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = "no-store"
        if let referrerPolicy = HTTPField.Name("Referrer-Policy") {
            // Not no-referrer: under it a browser sends "Origin: null" with our own forms.
            response.headers[referrerPolicy] = "same-origin"
        }
        return response
    }
}
