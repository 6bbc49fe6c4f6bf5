import ConnectAPI
import Foundation
import Storage

/// What Connect asks of `/oauth/authorize` (RFC 6749 §4.1.1 with RFC 7636). `scope` is not read: there is one.
struct AuthorizationQuery: Equatable, Sendable {
    let redirectURI: String
    /// Comes back as it was sent; nil where none was. It is the client's own protection, as PKCE is ours.
    let state: String?
    /// The PKCE code challenge, always S256.
    let challenge: String
    /// The e-mail that was typed in Connect; nil where none was.
    let loginHint: String?
    /// What the machine calls itself, shown to the person (`device_name`, ours); nil where it says nothing.
    let deviceName: String?

    var matchCode: String { MatchCode.of(challenge: challenge) }

    /// What is wrong with a request.
    enum Flaw: Error, Equatable {
        /// Client or redirect URI are not Connect's: nothing is ever sent there.
        case notConnect
        /// The rest: said to the client at its redirect URI.
        case refused(redirectURI: String, state: String?, error: String, description: String)
    }

    init(_ form: Form) throws(Flaw) {
        guard form.once("client_id") == ConnectClient.id,
            let redirectURI = form.once("redirect_uri"), ConnectClient.isRedirectURI(redirectURI)
        else { throw .notConnect }
        let state = form.parameter("state")
        func refusal(_ description: String, _ error: String = "invalid_request") -> Flaw {
            .refused(
                redirectURI: redirectURI,
                state: state.flatMap { Self.isState($0) ? $0 : nil },
                error: error,
                description: description
            )
        }
        guard form.repeatedName == nil else { throw refusal("A parameter was sent more than once.") }
        guard state.map(Self.isState) ?? true else { throw refusal("state has at most 500 characters of ASCII.") }
        guard let type = form.parameter("response_type") else { throw refusal("response_type is needed.") }
        guard type == "code" else { throw refusal("response_type has to be code.", "unsupported_response_type") }
        guard ["query", nil].contains(form.parameter("response_mode")) else {
            throw refusal("response_mode has to be query.")
        }
        guard form.parameter("code_challenge_method") == "S256", let challenge = form.parameter("code_challenge"),
            challenge.utf8.count == 43, Data(base64URLEncoded: challenge)?.count == 32
        else { throw refusal("A code_challenge with the method S256 is needed.") }
        let deviceName = form.parameter("device_name")
        guard deviceName.map(Self.isDeviceName) ?? true else { throw refusal("device_name has 1 to 64 characters.") }
        self.redirectURI = redirectURI
        self.state = state
        self.challenge = challenge
        self.loginHint = form.optional("login_hint").flatMap { $0.utf8.count <= 254 ? $0 : nil }
        self.deviceName = deviceName
    }

    /// The request as one opaque word, to be carried through the sign-in at Okta in the path after it.
    static func packed(_ query: String) -> String {
        Data(query.utf8).base64URLEncoded
    }

    /// Reads it back. It was in the browser's hands, so every rule is checked again.
    init(packed text: String) throws(Flaw) {
        guard let data = Data(base64URLEncoded: text), let query = String(data: data, encoding: .utf8),
            let form = Form(encoded: query)
        else { throw .notConnect }
        try self.init(form)
    }

    static func isDeviceName(_ name: String) -> Bool {
        (1...64).contains(name.count) && name.utf8.count <= 256
            && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
            && name.contains { !$0.isWhitespace }
    }

    /// The characters of RFC 6749, appendix A.5.
    private static func isState(_ text: String) -> Bool {
        text.utf8.count <= 500 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// What `form-action` has to allow for the redirect to Connect. A source expression cannot name an IPv6 address,
    /// so there the scheme has to do.
    var formTarget: String {
        redirectURI.hasPrefix("http://[") ? "http:" : String(redirectURI.dropLast("/callback".count))
    }
}
