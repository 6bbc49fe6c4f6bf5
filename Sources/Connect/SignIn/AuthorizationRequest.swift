import ConnectAPI
import Crypto
import Foundation

/// One try to sign in through the browser: an authorization request with PKCE (RFC 7636), and what proves that the answer
/// belongs to it.
struct AuthorizationRequest: Sendable {
    /// Four letters that Connect and the browser both show, so that nobody approves a sign-in that somebody else began.
    let matchCode: String
    let redirectURI: String
    let verifier: String
    /// 256 random bits; returned by the server as it was sent.
    let state: String
    /// Where the browser goes.
    let url: String
    /// Who was asked, and who alone is given the code.
    let server: ServerAddress

    init(server: ServerAddress, email: String, deviceName: String, redirectURI: String) {
        self.redirectURI = redirectURI
        self.verifier = Self.secret()
        self.state = Self.secret()
        self.server = server
        let challenge = Data(SHA256.hash(data: Data(verifier.utf8))).base64URL
        self.matchCode = MatchCode.of(challenge: challenge)
        let query = URLForm([
            ("response_type", "code"), ("client_id", TimusServer.clientID), ("redirect_uri", redirectURI),
            ("code_challenge", challenge), ("code_challenge_method", "S256"), ("state", state),
            ("login_hint", email), ("device_name", deviceName), ("scope", "connect"),
        ])
        self.url = "\(server.origin)/oauth/authorize?\(query.text)"
    }

    /// What came to the redirect URI.
    struct Answer: Sendable {
        let state: String?
        let code: String?
        let issuer: String?
        let error: String?
        let errorDescription: String?

        /// nil where a parameter is there twice (RFC 6749 §3.1).
        init?(query: String) {
            guard let values = URLForm.fields(of: query) else { return nil }
            self.state = values["state"]
            self.code = values["code"]
            self.issuer = values["iss"]
            self.error = values["error"]
            self.errorDescription = values["error_description"]
        }
    }

    func isAnswered(by answer: Answer) -> Bool {
        answer.state == state
    }

    /// The code of an answer to this request.
    ///
    /// `iss` must be the server that was asked (RFC 9207) where it is given; a server behind several names may leave it out.
    func code(from answer: Answer) throws(ConnectError) -> String {
        if let error = answer.error { throw Self.refusal(error, description: answer.errorDescription) }
        guard let code = answer.code, answer.issuer == nil || answer.issuer == server.origin else {
            throw .signInFailed(
                "The answer to the sign-in did not come from \(server)",
                hint: "Sign in again, and check the server's address if it happens twice"
            )
        }
        return code
    }

    /// The server's own description says in its first sentence what happened, and in the rest, if any, what to do.
    private static func refusal(_ error: String, description: String?) -> ConnectError {
        let isDenied = error == "access_denied"
        let parts = description?.split(separator: ". ", maxSplits: 1).map(String.init) ?? []
        guard parts.count == 2 else {
            return .signInFailed(
                description
                    ?? (isDenied
                        ? "The sign-in was cancelled in the browser" : "The server refused the sign-in (\(error))"),
                hint: isDenied ? "Sign in again when you are ready" : "Sign in again"
            )
        }
        return .signInFailed(parts[0], hint: parts[1].hasSuffix(".") ? String(parts[1].dropLast()) : parts[1])
    }

    /// 256 random bits, in 43 characters.
    static func secret() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64URL
    }
}

extension Data {
    /// RFC 4648 §5, without padding.
    fileprivate var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
