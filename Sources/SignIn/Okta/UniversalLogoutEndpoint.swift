import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OIDC
import Storage
import Synchronization

/// `POST /okta/universal-logout`: Okta ends everything that a user holds here, because an administrator cleared their sessions
/// there or a policy did (Universal Logout; draft-parecki-oauth-global-token-revocation).
///
/// The token in `Authorization` says that it is Okta who asks, and is good once; the body says who is meant.
struct UniversalLogoutEndpoint {
    static let path = "/okta/universal-logout"
    /// Bytes that a request's body may have.
    private static let largest = 16 << 10

    let entrance: Entrance
    private let outage = Outage()

    init(entrance: Entrance) {
        self.entrance = entrance
    }

    func add(to router: Router<WebContext>) {
        router.post(RouterPath(Self.path)) { request, context in try await end(request, context) }
    }

    private func end(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let party = try await entrance.okta.relyingParty() else {
            throw Problem(
                .serviceUnavailable,
                "Sign-in through Okta is not enabled.",
                detail: "Enable it under Settings > Integrations in Timus Manager."
            )
        }
        guard request.isJSON else {
            throw Problem(.unsupportedMediaType, "The body is not JSON.", detail: "Send it as application/json.")
        }
        let token = try await token(of: request, for: party, context)
        let subject = try await subject(in: request, of: party)
        let outcome = try await entrance.store.perform(
            UniversalLogout(tokenID: token.id, tokenExpiresAt: token.goodUntil, subject: subject)
        )
        return try answer(to: outcome, context)
    }

    /// The token of who asks, verified.
    private func token(
        of request: Request,
        for party: RelyingParty,
        _ context: WebContext
    ) async throws -> RevocationToken {
        guard let text = request.bearerToken else {
            throw Problem(.unauthorized, "There is no token.", detail: "Send one as Authorization: Bearer.")
        }
        guard !outage.isOn(at: entrance.store.now()) else { throw Self.unreachable }
        do throws(OIDCError) {
            return try await party.revocationToken(text, endpoint: entrance.settings.universalLogoutURL)
        } catch {
            context.logger.notice(
                "A Universal Logout was refused.",
                metadata: ["what": "\(error.errorDescription ?? "")", "cause": "\(error.cause ?? "")"]
            )
            switch error {
            case .tokenRefused(.subject):
                throw Problem(
                    .forbidden,
                    "The token is for another app.",
                    detail: "Enter this address in the app whose Client ID Timus has."
                )
            case .tokenRefused:
                throw Problem(
                    .unauthorized,
                    "The token could not be verified.",
                    detail: "Check the Okta domain in Timus, and the logout endpoint URL in Okta."
                )
            default:
                outage.begin(at: entrance.store.now())
                throw Self.unreachable
            }
        }
    }

    private static let unreachable = Problem(
        .serviceUnavailable,
        "Okta could not be asked for its keys.",
        detail: "Send it again in a minute."
    )

    private func subject(in request: Request, of party: RelyingParty) async throws -> UniversalLogout.Subject {
        let text: ByteBuffer
        do {
            text = try await request.body.collect(upTo: Self.largest)
        } catch is NIOTooManyBytesError {
            throw Problem(.contentTooLarge, "This request is too large.", detail: "Send at most 16 KiB.")
        }
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(text.readableBytesView)) else {
            throw Problem(
                .badRequest,
                "The body does not say who is to be signed out.",
                detail: "Send sub_id in the format iss_sub or email."
            )
        }
        switch body.subject {
        case .email(let email):
            return .email(email)
        case .issued(let subject, by: let issuer):
            // Nobody of another org is known here.
            guard issuer.utf8.elementsEqual(party.issuer.utf8) else { throw Self.unknownUser }
            return .user(User.ID(subject))
        }
    }

    private func answer(to outcome: UniversalLogout.Outcome, _ context: WebContext) throws -> Response {
        switch outcome {
        case .done(let sessions, let connections):
            context.logger.info(
                "Okta signed a user out everywhere.",
                metadata: ["sessions": "\(sessions)", "connections": "\(connections)"]
            )
            return Response(status: .noContent, headers: [.cacheControl: "no-store"])
        case .tokenUsed:
            throw Problem(.unauthorized, "The token was used before.", detail: "Send each request with a new one.")
        case .unknownUser:
            throw Self.unknownUser
        case .severalUsers:
            throw Problem(
                .unprocessableContent,
                "Several users have this e-mail, so none was signed out.",
                detail: "Set the subject format to Issuer and Subject Identifier in Okta."
            )
        }
    }

    private static let unknownUser = Problem(
        .notFound,
        "Timus does not know this user.",
        detail: "Nothing has to be done: who is not known here has no session."
    )

    /// The body (RFC 9493 for `sub_id`).
    private struct Body: Decodable {
        enum Subject {
            case email(String)
            case issued(String, by: String)
        }

        let subject: Subject

        enum CodingKeys: String, CodingKey {
            case subject = "sub_id"
        }

        enum SubjectKeys: String, CodingKey {
            case format
            case email
            case issuer = "iss"
            case subject = "sub"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
                .nestedContainer(keyedBy: SubjectKeys.self, forKey: .subject)
            func text(_ key: SubjectKeys) throws -> String {
                let text = try fields.decode(String.self, forKey: key)
                guard (1...255).contains(text.utf8.count) else {
                    throw DecodingError.dataCorruptedError(forKey: key, in: fields, debugDescription: "length")
                }
                return text
            }
            switch try text(.format) {
            case "email": subject = .email(try text(.email))
            case "iss_sub": subject = .issued(try text(.subject), by: try text(.issuer))
            default: throw DecodingError.dataCorruptedError(forKey: .format, in: fields, debugDescription: "format")
            }
        }
    }
}

/// Keeps strangers from making us ask Okta again and again while it does not answer: every request would, as long as no key
/// is known.
private final class Outage: Sendable {
    /// Seconds for which Okta is not asked again.
    private static let pause: TimeInterval = 5

    private let until = Mutex(Date.distantPast)

    func begin(at time: Date) { until.withLock { $0 = time.addingTimeInterval(Self.pause) } }
    func isOn(at time: Date) -> Bool { until.withLock { time < $0 } }
}

extension WebSettings {
    /// The **Logout endpoint URL** of the app integration in Okta.
    public var universalLogoutURL: String { publicURL + UniversalLogoutEndpoint.path }
}

extension Request {
    fileprivate var isJSON: Bool {
        let type = headers[.contentType]?.prefix { $0 != ";" }.lowercased()
        return type?.filter { $0 != " " } == "application/json"
    }

    /// nil where there is none, or more than one.
    fileprivate var bearerToken: String? {
        let sent = headers[values: .authorization]
        guard sent.count == 1 else { return nil }
        let parts = sent[0].split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
