import AsyncHTTPClient
import Crypto
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SignIn
import Storage
import Testing
import WebUI

@testable import Server

/// Who may use a route: every route of the server is in ``table``, and nothing else is.
private enum Access: Sendable, CustomStringConvertible {
    /// Before anybody is signed in, and for everybody else.
    case anybody
    /// A user in Accounts, or on the pages that Connect opens.
    case user
    /// The same, where the others are answered 401.
    case userOfProgram
    /// An administrator in Manager with at least this role.
    case manager(Administrator.Role)
    /// Programs with a token; a browser's session is none.
    case token

    var description: String {
        switch self {
        case .anybody: "anybody"
        case .user: "a user"
        case .userOfProgram: "a user, without a page for others"
        case .manager(let role): "at least \(role)"
        case .token: "a token"
        }
    }
}

private let table: [String: Access] = [
    // Sign-in, first run, files.
    "GET /sign-in": .anybody, "POST /sign-in": .anybody,
    "GET /sign-in/password": .anybody, "POST /sign-in/password": .anybody,
    "GET /sign-in/second-factor": .anybody, "POST /sign-in/second-factor": .anybody,
    "GET /sign-in/okta": .anybody, "POST /sign-in/okta": .anybody, "HEAD /user/external": .anybody,
    "HEAD /sign-in/okta": .anybody, "HEAD /oauth/authorize": .anybody, "HEAD /oauth/consent": .anybody,
    "GET /sign-in/failed/{why}": .anybody, "GET /user/external": .anybody,
    "POST /sign-out": .anybody, "POST /account/sign-out": .anybody, "GET /signed-out": .anybody,
    "GET /start": .anybody, "POST /start": .anybody,
    // A redirect to what asks for more, and in debug builds the components.
    "GET /settings": .anybody, "GET /styleguide": .anybody,

    // Connect's authorization server.
    "GET /.well-known/oauth-authorization-server": .anybody, "GET /oauth/authorize": .anybody,
    "POST /oauth/token": .anybody, "POST /oauth/revoke": .anybody, "POST /oauth/device_authorization": .anybody,
    "GET /oauth/consent": .anybody, "POST /oauth/consent": .user,
    "GET /oauth/device": .user, "POST /oauth/device": .user, "POST /oauth/device/decision": .user,

    // Programs.
    "POST /connect/v1/networks": .anybody,
    "GET /connect/v1/networks": .token, "POST /connect/v1/devices": .token, "POST /connect/v1/connections": .token,
    "DELETE /connect/v1/connections/{id}": .token, "GET /connect/v1/connections/{id}": .token,
    "GET /connect/v1/status": .token,
    "POST /gateway/v1/enrolment": .anybody, "GET /gateway/v1/peers": .token,
    "POST /gateway/v1/acknowledgements": .token, "POST /gateway/v1/reports": .token,
    "POST /okta/universal-logout": .anybody,
    "GET /okta/events/{integration}": .anybody, "POST /okta/events/{integration}": .anybody,

    // Accounts.
    "GET /account": .user, "GET /account/session": .userOfProgram,
    "POST /account/devices/{device}/remove": .user, "POST /account/connections/{connection}/end": .user,
    "POST /account/sessions/{session}/end": .user, "POST /account/sessions/end-others": .user,

    // Manager: what everybody there may look at.
    "GET /": .manager(.viewer), "GET /users": .manager(.viewer), "GET /users/{user}": .manager(.viewer),
    "GET /sites": .manager(.viewer), "GET /sites/{site}": .manager(.viewer), "GET /events": .manager(.viewer),
    "GET /sites/{site}/gateways/{gateway}": .manager(.viewer),
    "GET /administrators": .manager(.viewer),
    "GET /settings/integrations": .manager(.viewer), "GET /settings/integrations/okta": .manager(.viewer),
    "GET /settings/integrations/okta/preferences": .manager(.viewer),
    "GET /settings/integrations/okta/configuration": .manager(.viewer),
    "GET /settings/integrations/okta/groups/{group}": .manager(.viewer),
    "GET /settings/integrations/okta/preview": .manager(.viewer),
    "GET /settings/integrations/okta/event-hook": .manager(.viewer),
    "GET /settings/integrations/okta/rate-limits": .manager(.viewer),
    "GET /settings/integrations/okta/sync-runs": .manager(.viewer),
    "GET /settings/integrations/okta/sync-runs/{run}": .manager(.viewer),
    "GET /settings/notifications": .manager(.viewer), "GET /settings/connect": .manager(.viewer),
    "GET /settings/integrations/okta/universal-logout": .manager(.viewer),
    "GET /events.csv": .manager(.viewer), "GET /events.json": .manager(.viewer),
    // Their own sign-in.
    "GET /administrators/me": .manager(.viewer), "GET /administrators/me/second-factor": .manager(.viewer),
    "POST /administrators/me/second-factor": .manager(.viewer),
    "POST /administrators/me/second-factor/confirmation": .manager(.viewer),
    "POST /administrators/me/second-factor/removal": .manager(.viewer),
    "GET /administrators/me/confirm": .manager(.viewer), "POST /administrators/me/confirm": .manager(.viewer),

    // Manager: what administrators change.
    "GET /users/{user}/ban": .manager(.administrator), "POST /users/{user}/ban": .manager(.administrator),
    "POST /users/{user}/ban/remove": .manager(.administrator),
    "POST /users/{user}/overrides/{site}": .manager(.administrator),
    "POST /users/{user}/sessions/end": .manager(.administrator),
    "POST /users/{user}/sessions/{session}/end": .manager(.administrator),
    "POST /users/{user}/connections/{connection}/drop": .manager(.administrator),
    "POST /users/{user}/devices/{device}/remove": .manager(.administrator),
    "POST /settings/connect": .manager(.administrator), "POST /events/verification": .manager(.administrator),
    "GET /sites/new": .manager(.administrator), "POST /sites": .manager(.administrator),
    "POST /sites/{site}": .manager(.administrator), "GET /sites/{site}/remove": .manager(.administrator),
    "POST /sites/{site}/remove": .manager(.administrator), "POST /sites/{site}/gateways": .manager(.administrator),
    "POST /sites/{site}/lease": .manager(.administrator),
    "POST /sites/{site}/connections/{connection}/drop": .manager(.administrator),
    "GET /sites/{site}/gateways/new": .manager(.administrator),
    "POST /sites/{site}/gateways/{gateway}": .manager(.administrator),
    "POST /sites/{site}/gateways/{gateway}/code": .manager(.administrator),
    "GET /sites/{site}/gateways/{gateway}/remove": .manager(.administrator),
    "POST /sites/{site}/gateways/{gateway}/remove": .manager(.administrator),
    "POST /settings/integrations/okta/preferences": .manager(.administrator),
    "POST /settings/integrations/okta/configuration": .manager(.administrator),
    "POST /settings/integrations/okta/groups/{group}": .manager(.administrator),
    "POST /settings/integrations/okta/preview": .manager(.administrator),
    "POST /settings/integrations/okta/event-hook/renewal": .manager(.administrator),
    "GET /settings/integrations/okta/disable": .manager(.administrator),
    "POST /settings/integrations/okta/disable": .manager(.administrator),
    "POST /settings/integrations/okta/sync-runs": .manager(.administrator),
    "POST /settings/integrations/okta/sync-runs/{run}/approval": .manager(.administrator),
    "POST /settings/integrations/okta/sync-runs/{run}/discard": .manager(.administrator),
    "POST /settings/notifications": .manager(.administrator),
    "POST /settings/notifications/tests": .manager(.administrator),

    // Manager: administrators, which only owners change.
    "GET /administrators/new": .manager(.owner), "POST /administrators": .manager(.owner),
    "GET /administrators/{administrator}": .manager(.owner), "POST /administrators/{administrator}": .manager(.owner),
    "GET /administrators/{administrator}/remove": .manager(.owner),
    "POST /administrators/{administrator}/remove": .manager(.owner),
    "POST /administrators/{administrator}/second-factor/reset": .manager(.owner),
    "GET /administrators/groups": .manager(.owner), "POST /administrators/groups": .manager(.owner),
    "POST /administrators/groups/{group}/removal": .manager(.owner),
]

/// Who asks.
private enum Person: String, CaseIterable, Sendable {
    case nobody
    case user
    case viewer
    case administrator
    case owner

    var role: Administrator.Role? { Administrator.Role(rawValue: rawValue) }
}

/// What a person is answered, in one word.
private enum Outcome: String {
    case signIn = "is asked to sign in"
    case forbidden = "is refused"
    case unauthorized = "needs a token"
    case through = "gets through"

    init(_ answer: TestResponse) {
        self =
            switch answer.status {
            case .forbidden: .forbidden
            case .unauthorized: .unauthorized
            case .seeOther where answer.location.hasPrefix("/sign-in?") || answer.location == "/sign-in": .signIn
            default: .through
            }
    }
}

private struct Route: Hashable, CustomStringConvertible {
    let method: HTTPRequest.Method
    let path: String

    var description: String { "\(method) \(path)" }
    var changesState: Bool { method != .get && method != .head }
    /// With an id that nothing has: who may not ask is told so before that is looked at.
    var address: String { path.replacing(/\{[^}]*\}/, with: "0") }
}

/// The whole server, as `timus serve` puts it together, with one of each person in it.
private struct WholeServer: Sendable {
    let store: Store
    let client: any TestClientProtocol
    let routes: [Route]

    static let origin = "http://127.0.0.1:8420"
    private static let ana: User.ID = "00uAna"

    static func open(_ test: @escaping @Sendable (WholeServer) async throws -> Void) async throws {
        let store = try await Store.open(at: ":memory:", vault: .ephemeral())
        let wiring = Wiring(
            store: store,
            settings: WebSettings(publicURL: origin),
            intervals: SyncIntervals(),
            logger: Logger(label: "test")
        )
        let router = wiring.router()
        let routes = wiring.routes().routes
            .map { route in
                let path = route.path.description.replacing(/:([^\/]+)/) { "{\($0.1)}" }
                return Route(method: route.method, path: path.hasPrefix("/") ? path : "/" + path)
            }
            .filter { !$0.path.hasPrefix("/assets/") }
        let result: Result<Void, any Error>
        do {
            try await populate(store)
            try await Application(router: router).test(.router) { client in
                try await test(WholeServer(store: store, client: client, routes: routes))
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await wiring.shutDown()
        await store.close()
        try result.get()
    }

    private static func populate(_ store: Store) async throws {
        for role in Administrator.Role.allCases {
            _ = try await store.addAdministrator(
                email: "\(role)@acme.example",
                name: nil,
                role: role,
                password: Acme.password,
                by: .commandLine("test")
            )
        }
        try await seat(store)
    }

    /// Makes ana a user, again where a form of the walk took her access away.
    private static func seat(_ store: Store) async throws {
        let opened = try? await store.openSession(.user(ana), kind: .account, userAgent: nil, address: nil)
        guard opened == nil else { return }
        let engineering = Directory.Group(id: "00gEngineering", name: "Engineering")
        if try await store.oktaIntegration() == nil {
            try await store.enableOkta(
                OktaCredentials(
                    domain: "acme.okta.com",
                    issuer: "https://acme.okta.com",
                    clientID: "0oa",
                    clientSecret: Secret("secret"),
                    apiToken: Secret("00token")
                ),
                by: .commandLine("test")
            )
        }
        try await store.setCatalogue([engineering], memberCounts: [:])
        try await store.chooseGroups([engineering.id], by: .commandLine("test"))
        let user = User(
            id: ana,
            status: .active,
            login: "ana@acme.example",
            email: "ana@acme.example",
            firstName: nil,
            lastName: nil
        )
        guard let lease = try await store.acquireLease("sync", owner: "test", seconds: 60) else {
            throw StoreError.leaseLost
        }
        var conclusion = Conclusion(
            run: SyncRun(mode: .full, trigger: .manual, requestedBy: nil, startedAt: store.now()),
            state: .succeeded
        )
        conclusion.changes = Changes(
            from: try await store.snapshot(),
            to: Snapshot(groups: [engineering.id: engineering], users: [ana: user], members: [engineering.id: [ana]])
        )
        try await store.conclude(conclusion, lease: lease)
    }

    /// A new session, as every request may end the one it comes in. The same token is in the cookies of both consoles: a
    /// session of one is worth nothing in the other.
    func token(of person: Person) async throws -> String? {
        switch person {
        case .nobody: return nil
        case .user:
            try await Self.seat(store)
            return try await store.openSession(.user(Self.ana), kind: .account, userAgent: nil, address: nil).token
                .value
        case .viewer, .administrator, .owner:
            let administrator = try #require(try await store.administrator(email: "\(person)@acme.example"))
            return try await store.openSession(
                .administrator(administrator.id),
                kind: .manager,
                userAgent: nil,
                address: nil
            ).token.value
        }
    }

    func send(
        _ route: Route,
        token: String?,
        headers: HTTPFields = [.origin: origin],
        contentType: String = "application/x-www-form-urlencoded",
        csrf: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        headers[.accept] = "text/html"
        if let token { headers[.cookie] = "timus=\(token); timus-account=\(token)" }
        var body: ByteBuffer?
        if route.changesState {
            headers[.contentType] = contentType
            body = ByteBuffer(string: "csrf=\(csrf ?? token.map(Self.csrf) ?? "")")
        }
        return try await client.execute(uri: route.address, method: route.method, headers: headers, body: body)
    }

    /// What a page of that session has in its hidden field.
    static func csrf(_ token: String) -> String {
        let seal = HMAC<SHA256>.authenticationCode(for: Data("csrf".utf8), using: SymmetricKey(data: Data(token.utf8)))
        return Data(seal).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

@Suite(.serialized) struct `Every route of the server` {
    @Test func `is in the table of who may use it, and no other is`() async throws {
        try await WholeServer.open { server in
            let routes = Set(server.routes.map(\.description))

            #expect(routes.subtracting(table.keys).sorted() == [])
            #expect(Set(table.keys).subtracting(routes).sorted() == [])
        }
    }

    @Test func `lets in whom the table names, and nobody else`() async throws {
        try await WholeServer.open { server in
            for route in server.routes {
                guard let access = table[route.description] else { continue }
                for person in Person.allCases {
                    let answer = try await server.send(route, token: try await server.token(of: person))
                    let outcome = Outcome(answer)
                    #expect(
                        Self.expected(person, access).contains(outcome),
                        "\(route), for \(access): \(person) \(outcome.rawValue) (\(answer.status))"
                    )
                }
            }
        }
    }

    private static func expected(_ person: Person, _ access: Access) -> Set<Outcome> {
        switch access {
        case .anybody: [.through, .signIn, .unauthorized]
        case .user: person == .user ? [.through] : [.signIn]
        case .userOfProgram: person == .user ? [.through] : [.unauthorized]
        case .token: [.unauthorized]
        case .manager(let least):
            switch person.role {
            case nil: [.signIn]
            case let role? where role < least: [.forbidden]
            default: [.through]
            }
        }
    }

    /// What a browser sends for another site, or what no page of ours sends.
    private static let forged: [(name: String, headers: HTTPFields, type: String, csrf: String?)] = {
        let form = "application/x-www-form-urlencoded"
        let site = HTTPField.Name("Sec-Fetch-Site") ?? .origin
        return [
            ("without the token", [.origin: WholeServer.origin], form, ""),
            ("with another token", [.origin: WholeServer.origin], form, WholeServer.csrf("another")),
            ("from another site", [.origin: "https://evil.example"], form, nil),
            ("from another site, as the browser says", [.origin: WholeServer.origin, site: "cross-site"], form, nil),
            ("from a sandboxed frame", [.origin: "null"], form, nil),
            ("from who does not say", [:], form, nil),
            ("as text/plain", [.origin: WholeServer.origin], "text/plain", nil),
            ("as JSON", [.origin: WholeServer.origin], "application/json", nil),
        ]
    }()

    @Test func `that changes state is refused to a signed-in browser that another site uses`() async throws {
        try await WholeServer.open { server in
            for route in server.routes where route.changesState {
                for person in [Person.user, .owner] {
                    for (name, headers, type, csrf) in Self.forged {
                        let token = try await server.token(of: person)
                        let answer = try await server.send(
                            route,
                            token: token,
                            headers: headers,
                            contentType: type,
                            csrf: csrf
                        )
                        #expect(answer.status == .forbidden, "\(route) \(name), as \(person): \(answer.status)")
                        #expect(try await server.store.session(token: token ?? "") != nil, "\(route) \(name)")
                    }
                }
            }
        }
    }

    @Test func `that changes state is refused to another site before anybody is signed in`() async throws {
        try await WholeServer.open { server in
            for route in server.routes where route.changesState {
                for headers: HTTPFields in [[.origin: "https://evil.example"], [.origin: "null"]] {
                    let answer = try await server.send(route, token: nil, headers: headers)
                    #expect(answer.status == .forbidden, "\(route) \(headers)")
                }
            }
        }
    }

    @Test func `takes the method that was sent, and no other that is named in it`() async throws {
        try await WholeServer.open { server in
            for route in server.routes where route.changesState && table["GET \(route.path)"] == nil {
                let token = try await server.token(of: .owner)
                var headers: HTTPFields = [.origin: WholeServer.origin]
                for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
                    if let name = HTTPField.Name(name) { headers[name] = route.method.rawValue }
                }
                let get = Route(method: .get, path: route.path + "?_method=\(route.method.rawValue)")
                let answer = try await server.send(get, token: token, headers: headers)
                #expect([.notFound, .methodNotAllowed, .forbidden].contains(answer.status), "\(get): \(answer.status)")
                #expect(try await server.store.session(token: token ?? "") != nil, "\(get)")
            }
        }
    }
}
