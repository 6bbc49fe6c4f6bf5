import ConnectAPI
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import WebUI

/// Connect's window: a page on this machine, for its own user.
///
/// It listens on 127.0.0.1 only. Others could still reach it: programs of other users, and pages in the browser. So each path
/// starts with a secret that is made anew for each run and is given to the browser in the address that opens the window; requests
/// for another host's name are refused (``LocalOnly``); and a form must come from our own page and carry a second secret.
actor ConnectWindow {
    nonisolated let folder: StateFolder
    nonisolated let tunnel: TunnelSwitch
    nonisolated let now: @Sendable () -> Date
    private let key = AuthorizationRequest.secret()
    private nonisolated let csrf = AuthorizationRequest.secret()
    var memory: WindowMemory

    init(
        folder: StateFolder,
        tunnel: TunnelSwitch,
        server: ServerAddress?,
        email: String?,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.folder = folder
        self.tunnel = tunnel
        self.now = now
        self.memory = WindowMemory(server: server, email: email ?? "")
    }

    nonisolated var home: Path { "/window/\(key)" }

    nonisolated func router() -> Router<LocalContext> {
        let router = Router(context: LocalContext.self)
        router.add(middleware: LocalOnly())
        router.add(middleware: AssetPages())
        EmailScreen(window: self).add(to: router)
        NetworksScreen(window: self).add(to: router)
        SignInScreen(window: self).add(to: router)
        ConnectedScreen(window: self).add(to: router)
        return router
    }

    /// Adds a page that answers only under this run's secret. `answer` is told whether the page's own script asks, to follow what
    /// goes on by itself.
    nonisolated func get(
        _ path: String,
        on router: Router<LocalContext>,
        _ answer: @escaping @Sendable (_ isLive: Bool) async throws -> Response
    ) {
        router.get(RouterPath("/window/:key\(path)")) { [self] request, context in
            guard isOurs(context.parameters.get("key")) else { throw HTTPError(.notFound) }
            let isLive = HTTPField.Name("X-Timus-Live").map { request.headers[$0] != nil } ?? false
            return try await answer(isLive)
        }
    }

    /// Adds what a form of ours does; the browser then goes to the path that `answer` returns.
    nonisolated func post(
        _ path: String,
        on router: Router<LocalContext>,
        _ answer: @escaping @Sendable ([String: String], LocalContext) async throws -> Path
    ) {
        router.post(RouterPath("/window/:key\(path)")) { [self] request, context in
            guard isOurs(context.parameters.get("key")) else { throw HTTPError(.notFound) }
            guard let host = context.host, request.headers[.origin] == "http://\(host)" else {
                throw HTTPError(.forbidden)
            }
            let body = try await request.body.collect(upTo: 16 << 10)
            guard let fields = URLForm.fields(of: String(buffer: body)), let sent = fields["csrf"], isEqual(sent, csrf)
            else { throw HTTPError(.forbidden) }
            return Self.seeOther(try await answer(fields, context))
        }
    }

    /// A screen with what the last step had to say.
    ///
    /// - Parameters:
    ///   - isFollowing: The page holds a ``Live`` part.
    ///   - isLive: Its script asks: what the last step had to say is kept, for the page that the user sees.
    func page(
        _ title: String,
        hasErrors: Bool = false,
        refresh: String? = nil,
        isFollowing: Bool = false,
        isLive: Bool = false,
        _ content: HTML
    ) -> Response {
        let flash = memory.notice?.html
        if !isLive { memory.notice = nil }
        let page = Page(
            title,
            layout: .plain,
            flash: flash,
            hasErrors: hasErrors,
            isLive: isFollowing,
            content
        )
        var response = Response(
            status: .ok,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.html.text))
        )
        if let refresh, let name = HTTPField.Name("Refresh") { response.headers[name] = refresh }
        return response
    }

    nonisolated func form(_ path: String, isInline: Bool = false, _ content: HTML) -> PostForm {
        PostForm(Path(sameSite: home.text + path) ?? home, csrf: csrf, isInline: isInline, content)
    }

    func change(_ body: @Sendable (inout WindowMemory) -> Void) {
        body(&memory)
    }

    static func seeOther(_ path: Path) -> Response {
        Response(status: .seeOther, headers: [.location: path.text])
    }

    private nonisolated func isOurs(_ sent: String?) -> Bool {
        sent.map { isEqual($0, key) } ?? false
    }

    /// In a time that tells nothing of where two texts of one length differ.
    private nonisolated func isEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
