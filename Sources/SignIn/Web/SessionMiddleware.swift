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
        context.session = try await signedIn(cookies)
        context.flash = context.session == nil ? nil : cookies.flash
        var response = try await next(request, context)
        if context.flash != nil, response.status == .ok { response.setCookie(cookies.endOfFlash) }
        return response
    }

    private func signedIn(_ cookies: BrowserCookies) async throws -> SignedIn? {
        guard let token = cookies.token, let (session, user) = try await store.signedIn(token: token) else {
            return nil
        }
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
