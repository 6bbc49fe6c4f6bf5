import ConnectAPI
import Crypto
import Foundation
import Hummingbird
import NIOCore

@testable import Connect

/// A Timus server that knows one user, ana, and says of her networks what a test tells it. Only what Connect must be able to meet
/// is in it: the real server is met in Tests/EndToEnd.
actor TestServer {
    static let gatewayKey = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08="
    static let deviceToken = "token-of-anas-device"

    private let networks: [String]
    private let hasGateway: Bool
    private(set) var isSignedIn = false
    /// How many pairs of tokens were given for a refresh token.
    private(set) var renewals = 0
    /// The tokens that were given back.
    private(set) var revoked: [String] = []
    /// Of the pairs that were given, the one that is good; its number is in its tokens.
    private var pair = 0
    private var isAccessGood = false
    private var lifetime = 3600
    private var whyEnded: String?
    private(set) var publicKeys: [String] = []
    /// What was asked on the first screen.
    private(set) var lookups: [NetworkLookup] = []
    private var open: [String] = []
    private var challenge = ""
    private var redirectURI = ""

    init(networks: [String] = ["Berlin"], hasGateway: Bool = true) {
        self.networks = networks
        self.hasGateway = hasGateway
    }

    func endSession(because why: String? = nil) {
        isSignedIn = false
        whyEnded = why
    }

    /// Signs ana in without a browser.
    func signIn() -> SavedTokens {
        pair += 1
        (isSignedIn, isAccessGood) = (true, true)
        return SavedTokens(access: "access-\(pair)", refresh: "refresh-\(pair)", accessExpiresAt: nil)
    }

    /// Ends the access token before it told that it would end.
    func endAccessToken() { isAccessGood = false }

    /// - Parameter seconds: for which the next access tokens are good.
    func giveTokens(for seconds: Int) { lifetime = seconds }

    private func note(_ lookup: NetworkLookup) { lookups.append(lookup) }

    nonisolated func router() -> Router<LocalContext> {
        let router = Router(context: LocalContext.self)
        router.post("/connect/v1/networks") { [self] request, _ in
            let lookup: NetworkLookup = try await Self.message(request)
            await note(lookup)
            let known = lookup.email == "ana@acme.example" ? networks : []
            return try Self.json(
                NetworkNames(
                    organisation: "Acme",
                    shown: .networks,
                    networks: known,
                    notice: known.isEmpty ? "No networks are listed for this address." : nil
                )
            )
        }
        router.get("/oauth/authorize") { [self] request, _ in
            try await authorize(request.uri.query ?? "", host: request.head.authority ?? "")
        }
        router.post("/oauth/token") { [self] request, _ in
            let body = try await request.body.collect(upTo: 1 << 16)
            return try await token(String(buffer: body))
        }
        router.post("/oauth/revoke") { [self] request, _ in
            let body = try await request.body.collect(upTo: 1 << 16)
            return await revoke(String(buffer: body))
        }
        router.get("/connect/v1/status") { [self] request, _ in try await asAna(request) { try await status() } }
        router.get("/connect/v1/networks") { [self] request, _ in try await asAna(request) { try list() } }
        router.post("/connect/v1/devices") { [self] request, _ in
            let device: DeviceEnrolment = try await Self.message(request)
            return try await asAna(request) { try await enrol(device) }
        }
        router.post("/connect/v1/connections") { [self] request, _ in
            let asked: ConnectionRequest = try await Self.message(request)
            return try await asAna(request) { try await connect(asked) }
        }
        router.delete("/connect/v1/connections/:id") { [self] request, context in
            try await asAna(request) { await close(context.parameters.get("id") ?? "") }
        }
        return router
    }

    private func authorize(_ query: String, host: String) throws -> Response {
        guard let fields = URLForm.fields(of: query), let state = fields["state"], let uri = fields["redirect_uri"],
            let challenge = fields["code_challenge"], fields["match_code"] == nil
        else { throw HTTPError(.badRequest) }
        self.challenge = challenge
        redirectURI = uri
        return Response(status: .seeOther, headers: [.location: "\(uri)?code=one&state=\(state)&iss=http://\(host)"])
    }

    private func token(_ body: String) throws -> Response {
        let fields = URLForm.fields(of: body) ?? [:]
        guard fields["client_id"] == "timus-connect" else { return try refusal("Who asks?", "invalid_client") }
        guard fields["grant_type"] == "refresh_token" else { return try exchange(fields) }
        guard isSignedIn, fields["refresh_token"] == "refresh-\(pair)" else {
            return try refusal(whyEnded ?? "The refresh token is unknown.")
        }
        renewals += 1
        return try tokens()
    }

    private func exchange(_ fields: [String: String]) throws -> Response {
        let hash = Data(SHA256.hash(data: Data((fields["code_verifier"] ?? "").utf8))).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        guard fields["code"] == "one", hash == challenge, fields["redirect_uri"] == redirectURI else {
            return try refusal("The code is not good.")
        }
        isSignedIn = true
        return try tokens()
    }

    private func tokens() throws -> Response {
        pair += 1
        isAccessGood = true
        return try Self.json(
            Tokens(access_token: "access-\(pair)", refresh_token: "refresh-\(pair)", expires_in: lifetime)
        )
    }

    private struct Tokens: Encodable {
        let access_token: String
        let refresh_token: String
        let expires_in: Int
        let token_type = "Bearer"
    }

    private func refusal(_ description: String, _ error: String = "invalid_grant") throws -> Response {
        try Self.json(["error": error, "error_description": description], status: .badRequest)
    }

    private func revoke(_ body: String) -> Response {
        revoked.append(URLForm.fields(of: body)?["token"] ?? "")
        endSession()
        return Response(status: .ok)
    }

    private func takes(_ authorization: String?) -> Bool {
        isSignedIn && isAccessGood && authorization == "Bearer access-\(pair)"
    }

    private func status() throws -> Response {
        try Self.json(
            ConnectStatus(
                organisation: "Acme",
                user: "00u1",
                name: "ana",
                email: "ana@acme.example",
                sessionExpiresAt: Date(timeIntervalSince1970: 4_000_000_000),
                connections: open.map {
                    .init(id: $0, network: $0, device: "device", address: "100.64.0.2", openedAt: .distantPast)
                }
            )
        )
    }

    private nonisolated func list() throws -> Response {
        let networks = networks.map {
            Network(
                id: $0,
                name: $0,
                addressRange: "10.20.0.0/16",
                reason: "Allowed through Engineering.",
                hasGateway: hasGateway
            )
        }
        return try Self.json(NetworkList(organisation: "Acme", networks: networks, notice: nil))
    }

    private func enrol(_ device: DeviceEnrolment) throws -> Response {
        publicKeys.append(device.publicKey)
        return try Self.json(EnrolledDevice(id: "device", name: device.name, token: Self.deviceToken), status: .created)
    }

    private func connect(_ asked: ConnectionRequest) throws -> Response {
        guard hasGateway else {
            return try Self.json(
                Refusal(
                    title: "The site \(asked.site) has no gateway yet.",
                    detail: "Ask an administrator to add one under Sites."
                ),
                status: .conflict
            )
        }
        open = [asked.site]
        return try Self.json(
            OpenConnection(
                id: asked.site,
                network: asked.site,
                address: "100.64.0.2/32",
                peer: .init(publicKey: Self.gatewayKey, endpoint: "127.0.0.1:51820", allowedIPs: ["10.20.0.0/16"]),
                alternatives: [],
                openedAt: Date(timeIntervalSince1970: 0)
            ),
            status: .created
        )
    }

    private func close(_ id: String) -> Response {
        open.removeAll { $0 == id }
        return Response(status: .noContent)
    }

    private nonisolated func asAna(_ request: Request, _ answer: () async throws -> Response) async throws -> Response {
        guard await takes(request.headers[.authorization]) else {
            return try Self.json(
                Refusal(title: "Timus Connect is not signed in.", detail: "Sign in again."),
                status: .unauthorized
            )
        }
        return try await answer()
    }

    private static func message<Message: Decodable>(_ request: Request) async throws -> Message {
        let body = try await request.body.collect(upTo: 1 << 16)
        return try ConnectJSON.message(Message.self, from: Data(body.readableBytesView))
    }

    private static func json(_ message: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try ConnectJSON.data(message)))
        )
    }
}
