import Directory
import Foundation

@testable import OIDC
@testable import Okta
@testable import SignIn

/// What reads text from outside, and can be given any bytes at all: it may refuse them, never break, and what it takes
/// has to be what it promises.
enum Parser: String, CaseIterable, Sendable {
    /// Two lines: the header and the claims of an ID token. What else is there is the text of a whole token.
    case idToken = "id-token"
    case keySet = "key-set"
    case discovery
    case authorizationResponse = "authorization-response"
    case link
    case email
    case cookie

    func read(_ bytes: [UInt8]) async {
        switch self {
        case .idToken: await Self.readIDToken(bytes)
        case .keySet: await Self.readKeySet(bytes)
        case .discovery: Self.readDiscovery(bytes)
        case .authorizationResponse: Self.readAuthorizationResponse(String(decoding: bytes, as: UTF8.self))
        case .link: Self.readLink(String(decoding: bytes, as: UTF8.self))
        case .email: Self.readEmail(String(decoding: bytes, as: UTF8.self))
        case .cookie: Self.readCookie(String(decoding: bytes, as: UTF8.self))
        }
    }

    // MARK: ID token

    private static let issuer = "https://acme.okta.com"
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    /// The signature is not checked, so that what comes after it is read too.
    private static func readIDToken(_ bytes: [UInt8]) async {
        _ = await token(String(decoding: bytes, as: UTF8.self), insecureSkipping: [])
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard lines.count == 2 else { return }
        let text = "\(Base64URL.encode(lines[0])).\(Base64URL.encode(lines[1])).AAAA"
        guard let token = await token(text, insecureSkipping: [.signature]) else { return }
        let claims = object(Data(lines[1]))
        precondition(claims?["iss"] as? String == issuer, "another issuer was taken")
        precondition(claims?["sub"] as? String == token.claims.subject, "another subject was taken")
        precondition(claims?["nonce"] as? String == "nonce", "another nonce was taken")
        let audience = claims?["aud"] as? [String] ?? [claims?["aud"] as? String ?? ""]
        precondition(Set(audience) == ["0oa1"], "another audience was taken")
        precondition(abs(token.claims.issuedAt.timeIntervalSince(now)) <= 660, "an old token was taken")
    }

    private static func token(_ text: String, insecureSkipping skipped: Set<Check>) async -> IDToken? {
        let expectation = IDToken.Expectation(
            issuer: issuer,
            clientID: "0oa1",
            nonce: "nonce",
            accessToken: "access",
            now: now
        )
        let keys = await ownKeys.value
        let checks = Checks(insecureSkipping: skipped)
        return try? await IDToken(verifying: text, against: expectation, checks: checks) { (header) throws(OIDCError) in
            guard let key = keys.key(for: header) else { throw .tokenRefused(.key) }
            return key
        }
    }

    /// P-256's base point, whose private key is 1.
    private static let ownKeys = Task {
        let text = """
            {"keys":[{"kty":"EC","kid":"key-1","use":"sig","crv":"P-256",\
            "x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}]}
            """
        return await VerificationKeys.read(Data(text.utf8)) ?? .none
    }

    private static func object(_ text: Data) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: text)) as? [String: Any]
    }

    // MARK: The others

    private static func readKeySet(_ bytes: [UInt8]) async {
        guard let keys = await VerificationKeys.read(Data(bytes)) else { return }
        precondition(keys.names.count <= VerificationKeys.limit, "too many keys were taken")
        precondition(object(Data(bytes))?["keys"] is [Any], "what is no key set was taken")
    }

    private static func readDiscovery(_ bytes: [UInt8]) {
        guard let address = try? IssuerAddress(issuer, allowInsecureLoopback: false),
            let document = ProviderMetadata.Document(Data(bytes)),
            let metadata = try? ProviderMetadata(document, at: address, checks: Checks())
        else { return }
        let optional = [metadata.userInfoEndpoint, metadata.endSessionEndpoint].compactMap(\.self)
        for endpoint in [metadata.tokenEndpoint, metadata.authorizationEndpoint, metadata.keysEndpoint] + optional {
            // nil: no request can be made of it.
            guard let parts = URLComponents(string: endpoint) else { continue }
            precondition(parts.host == "acme.okta.com" && parts.scheme == "https", "an endpoint elsewhere was taken")
            precondition(parts.port == nil && parts.user == nil, "an endpoint elsewhere was taken")
        }
    }

    private static func readAuthorizationResponse(_ query: String) {
        guard let response = try? AuthorizationResponse(query: query) else { return }
        let texts = [response.state, (try? response.result.get()) ?? "code"]
        let isPlain = texts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x20...0x7e).contains($0) } }
        precondition(isPlain, "state or code are no plain text")
    }

    private static func readLink(_ line: String) {
        guard let next = Link.next(in: [line]) else { return }
        precondition(line.utf8.count >= next.utf8.count + 2 && !next.contains(">"), "a link was made up")
    }

    private static func readCookie(_ lines: String) {
        let header = CookieHeader(lines.split(separator: "\n").map(String.init))
        for (name, value) in header.pairs {
            precondition(!name.isEmpty && !name.contains("="), "a cookie has a name without =")
            precondition(!value.contains(";") && !name.contains(";"), "two cookies were taken for one")
            let isAlone = header.pairs.count { $0.name == name } == 1
            precondition((header.once(String(name)) == String(value)) == isAlone, "one of several cookies was taken")
        }
    }

    private static func readEmail(_ typed: String) {
        guard let address = EmailAddress(typed) else { return }
        precondition(address.text.utf8.count { $0 == UInt8(ascii: "@") } == 1, "an address has one @")
        precondition(address.text.utf8.count <= 254, "an address is short")
        precondition(EmailAddress(address.folded) == address, "folding changes who it is")
        precondition(EmailAddress(address.folded)?.folded == address.folded, "folding twice changes it")
        precondition(!address.domain.isEmpty, "an address has a domain")
    }
}
