import Access
import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage
import WebUI

/// What an administrator ends on a user's page: sessions, connections, devices. Each must be that user's; else there is none.
struct UserAccessRoutes: Sendable {
    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.post("users/:user/sessions/end", use: endSessions)
        router.post("users/:user/sessions/:session/end", use: endSession)
        router.post("users/:user/connections/:connection/drop", use: dropConnection)
        router.post("users/:user/devices/:device/remove", use: removeDevice)
    }

    @Sendable private func endSession(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let user = try await user(context)
        let id = Session.ID(try context.parameters.require("session"))
        guard let session = try await store.sessions(of: .user(user.id)).first(where: { $0.id == id }) else {
            throw HTTPError(.notFound)
        }
        try await store.endSession(id, because: "Signed out by an administrator.", by: visitor.actor)
        return done("\(user.name) was signed out of \(session.kind.title).", user, "sessions", context)
    }

    @Sendable private func endSessions(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let user = try await user(context)
        let ended = try await store.endEverything(
            of: user.id,
            because: "Signed out by an administrator.",
            by: visitor.actor
        )
        return done("\(user.name) was signed out everywhere: \(ended).", user, "sessions", context)
    }

    @Sendable private func dropConnection(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let user = try await user(context)
        let id = Connection.ID(try context.parameters.require("connection"))
        guard let open = try await store.openConnections(of: user.id).first(where: { $0.id == id }) else {
            throw HTTPError(.notFound)
        }
        let site = try await store.site(open.site)?.name ?? open.site.rawValue
        try await store.dropConnection(id, by: visitor.actor)
        return done("The connection of \(user.name) to \(site) was dropped.", user, "connections", context)
    }

    @Sendable private func removeDevice(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        let user = try await user(context)
        let id = Device.ID(try context.parameters.require("device"))
        guard let device = try await store.devices(of: user.id).first(where: { $0.id == id }) else {
            throw HTTPError(.notFound)
        }
        try await store.removeDevice(id, by: visitor.actor)
        return done("\(device.name) of \(user.name) was removed.", user, "devices", context)
    }

    private func user(_ context: WebContext) async throws -> User {
        guard let user = try await store.user(User.ID(try context.parameters.require("user"))) else {
            throw HTTPError(.notFound)
        }
        return user
    }

    private func done(_ sentence: String, _ user: User, _ part: String, _ context: WebContext) -> Response {
        context.seeOther(("/users/\(user.id)" as Path).fragment(part), flash: Flash(sentence))
    }
}
