import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The endpoints of the org's authorization server that apps call; the two that browsers visit, authorize and logout, are in
/// files of their own.
struct OAuthRoutes: Sendable {
    let org: Org
    let keys: SigningKeys

    func add<Context: RequestContext>(to router: Router<Context>) {
        let metadata: @Sendable (Request, Context) throws -> Response = { _, _ in
            try .json(ServerMetadata(origin: org.origin), headers: [.cacheControl: "max-age=86400, must-revalidate"])
        }
        router.get("/.well-known/openid-configuration", use: metadata)
        router.get("/.well-known/oauth-authorization-server", use: metadata)
        router.get("/.well-known/okta-organization") { _, _ in
            let link = OrganisationMetadata.Links.Link(href: org.origin)
            return try Response.json(OrganisationMetadata(id: org.organisationID, links: .init(organization: link)))
        }
        router.get("/oauth2/v1/keys") { _, _ in
            try Response.json(
                PublishedKeys(keys.published),
                headers: [.cacheControl: "max-age=3600, must-revalidate"]
            )
        }
        router.post("/oauth2/v1/token") { request, _ in try await answer(request, token) }
        router.post("/oauth2/v1/introspect") { request, _ in try await answer(request, introspect) }
        router.post("/oauth2/v1/revoke") { request, _ in try await answer(request, revoke) }
        router.get("/oauth2/v1/userinfo") { request, _ in try userInfo(request) }
        router.post("/oauth2/v1/userinfo") { request, _ in try userInfo(request) }
        AuthorizeRoutes(org: org).add(to: router)
        LogoutRoutes(org: org, keys: keys).add(to: router)
    }

    /// Reads the form, checks the client's credentials, and turns an `OAuthError` into its answer.
    private func answer(
        _ request: Request,
        _ body: (Form, Org.AppIntegration) throws -> Response
    ) async throws -> Response {
        do {
            guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else {
                throw OAuthError.invalidRequest(
                    "The 'Content-Type' header must be 'application/x-www-form-urlencoded'."
                )
            }
            let form = try await request.form()
            let credentials = try ClientCredentials(authorization: request.headers[.authorization], form: form)
            return try body(form, credentials.client(in: org))
        } catch let error as OAuthError {
            return try error.response
        }
    }

    private func token(_ form: Form, _ client: Org.AppIntegration) throws -> Response {
        try .json(CodeExchange(org: org, keys: keys).tokens(for: form, client: client))
    }

    private func introspect(_ form: Form, _ client: Org.AppIntegration) throws -> Response {
        guard let token = org.accessToken(form.text("token")), let person = org.person(token.person) else {
            return try .json(Introspection(active: false))
        }
        return try .json(
            Introspection(
                active: true,
                scope: token.scopes.joined(separator: " "),
                username: person.login,
                exp: Int(token.expires.timeIntervalSince1970),
                sub: person.login,
                aud: org.origin,
                iss: org.origin,
                tokenType: "Bearer",
                clientId: token.client.description,
                uid: person.id.description
            )
        )
    }

    private func revoke(_ form: Form, _ client: Org.AppIntegration) throws -> Response {
        let value = form.text("token")
        if org.accessToken(value)?.client == client.id { org.revokeAccessToken(value) }
        return Response(status: .ok, headers: [.cacheControl: "no-cache, no-store"])
    }

    private func userInfo(_ request: Request) throws -> Response {
        let header = request.headers[.authorization] ?? ""
        guard header.lowercased().hasPrefix("bearer "),
            let token = org.accessToken(String(header.dropFirst(7)).trimmed),
            let person = org.person(token.person)
        else { return OAuthError.invalidToken.bearerResponse }
        guard token.scopes.contains("openid") else { return OAuthError.insufficientScope.bearerResponse }
        return try .json(Claims(person, scopes: token.scopes))
    }
}

/// What `/introspect` answers; only `active` for a token that is none.
private struct Introspection: Encodable {
    let active: Bool
    var scope: String?
    var username: String?
    var exp: Int?
    var sub: String?
    var aud: String?
    var iss: String?
    var tokenType: String?
    var clientId: String?
    var uid: String?
}

extension OAuthError {
    private struct Body: Encodable {
        let error: String
        let errorDescription: String
    }

    fileprivate var response: Response {
        get throws { try .json(Body(error: code, errorDescription: description), status: status) }
    }

    /// Of a resource: the error is in the header (RFC 6750, section 3).
    fileprivate var bearerResponse: Response {
        Response(
            status: status,
            headers: [
                .wwwAuthenticate: "Bearer error=\"\(code)\", error_description=\"\(description)\"",
                .cacheControl: "no-cache, no-store",
            ]
        )
    }
}
