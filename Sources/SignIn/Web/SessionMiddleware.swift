import HTTPTypes
public import Hummingbird
public import Storage

/// Finds out who is signed in, at every request anew: a session that ended, or whose user was suspended, is none.
public struct SessionMiddleware: RouterMiddleware {
    public typealias Context = WebContext

    private let store: Store
    private let settings: WebSettings

    public init(store: Store, settings: WebSettings) {
        self.store = store
        self.settings = settings
    }

    public func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard !request.uri.path.hasPrefix("/assets/") else { return try await next(request, context) }
        let cookies = BrowserCookies(request, settings: settings)
        var context = context
        context.cookies = cookies
        context.session = try await signedIn(cookies, isUse: Self.live.map { request.headers[$0] == nil } ?? true)
        context.flash = context.session == nil ? nil : cookies.flash
        var response = try await next(request, context)
        if context.flash != nil, response.status == .ok { response.setCookie(cookies.endOfFlash) }
        return response
    }

    /// Sent by a page that asks for its live parts again: an open page that nobody looks after is no use of the session.
    private static let live = HTTPField.Name("X-Timus-Live")

    private func signedIn(_ cookies: BrowserCookies, isUse: Bool) async throws -> SignedIn? {
        guard let token = cookies.token,
            let (session, user) = try await store.signedIn(token: token, isUse: isUse)
        else { return nil }
        let person: SignedIn.Person
        switch session.holder {
        case .administrator(let id):
            guard let administrator = try await store.administrator(id) else { return nil }
            person = .administrator(administrator)
        case .user:
            guard session.kind == .account, let user else { return nil }
            person = .user(user)
        }
        return SignedIn(person: person, session: session, cookies: cookies)
    }
}
