import Hummingbird
import SignIn

/// Takes requests whose answers can be long work off the thread that reads them, where other clients would wait for it: all but
/// those that are asked most and answered from a few rows.
struct LongAnswers: RouterMiddleware {
    typealias Context = WebContext

    private static let short = ["/account", "/assets/", "/connect/", "/oauth/", "/sign-in", "/user/external"]

    func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        if Self.short.contains(where: path.hasPrefix) { return try await next(request, context) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try await next(request, context)
        }
    }
}
