import Access
import Directory
import HTTPTypes
import Hummingbird
import Storage
import WebUI

/// What a user ends in Accounts: devices, connections, sessions. Each must be theirs; else there is none.
struct AccountActions {
    let store: Store

    func add(to router: Router<WebContext>) {
        router.post("/account/devices/:device/remove", use: removeDevice)
        router.post("/account/connections/:connection/end", use: endConnection)
        router.post("/account/sessions/:session/end", use: endSession)
        router.post("/account/sessions/end-others", use: endOtherSessions)
    }

    @Sendable private func removeDevice(request: Request, context: WebContext) async throws -> Response {
        let user = try context.requireUser(request)
        let devices = try await store.devices(of: user.id)
        guard let device = devices.first(where: { $0.id.rawValue == context.parameters.get("device") }) else {
            throw HTTPError(.notFound)
        }
        try await store.removeDevice(device.id, by: .user(user))
        return context.seeOther("/account", flash: Flash("\(device.name) was removed."))
    }

    @Sendable private func endConnection(request: Request, context: WebContext) async throws -> Response {
        let user = try context.requireUser(request)
        let open = try await store.openConnections(of: user.id)
        guard let connection = open.first(where: { $0.id.rawValue == context.parameters.get("connection") }) else {
            throw HTTPError(.notFound)
        }
        let site = try await store.site(connection.site)?.name ?? "the site"
        // Connect does not open again what its user has closed.
        try await store.closeConnection(connection.id, because: "Disconnected in Accounts.", byUser: true)
        return context.seeOther("/account", flash: Flash("You were disconnected from \(site)."))
    }

    @Sendable private func endSession(request: Request, context: WebContext) async throws -> Response {
        let user = try context.requireUser(request)
        let sessions = try await store.sessions(of: .user(user.id))
        guard let session = sessions.first(where: { $0.id.rawValue == context.parameters.get("session") }) else {
            throw HTTPError(.notFound)
        }
        try await store.endSession(session.id, because: "Signed out in Accounts.", by: .user(user))
        let sentence = "\(session.kind.title) was signed out: \(session.place)."
        return context.seeOther("/account", flash: Flash(sentence))
    }

    @Sendable private func endOtherSessions(request: Request, context: WebContext) async throws -> Response {
        let user = try context.requireUser(request)
        let count = try await store.endEverything(
            of: user.id,
            except: context.session?.session.id,
            because: "Signed out in Accounts.",
            by: .user(user)
        ).sessions
        let sentence = count == 1 ? "One other session was signed out." : "\(count) other sessions were signed out."
        return context.seeOther("/account", flash: Flash(sentence))
    }
}
