import Foundation
import Storage

/// What Connect asks of `/oauth/authorize` (OAuth 2.1 §4.1.1, with two parameters of ours).
struct AuthorizationQuery: Equatable, Sendable {
    let redirectURI: String
    let state: String
    /// The PKCE code challenge, always S256.
    let challenge: String
    /// The e-mail that was typed in Connect; nil where none was.
    let loginHint: String?
    /// What the machine calls itself, shown to the person.
    let deviceName: String
    /// Four letters that Connect shows too, so that nobody confirms a sign-in that somebody else began.
    let matchCode: String

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
        let state = form.once("state").flatMap { Self.isState($0) ? $0 : nil }
        func refusal(_ description: String, _ error: String = "invalid_request") -> Flaw {
            .refused(redirectURI: redirectURI, state: state, error: error, description: description)
        }
        guard let state else { throw refusal("state is needed once, with 16 to 200 characters.") }
        guard form.once("response_type") == "code" else {
            throw refusal("response_type has to be code.", "unsupported_response_type")
        }
        guard form.once("code_challenge_method") == "S256", let challenge = form.once("code_challenge"),
            Data(base64URLEncoded: challenge)?.count == 32
        else { throw refusal("A code_challenge with the method S256 is needed.") }
        guard let deviceName = form.once("device_name"), Self.isDeviceName(deviceName) else {
            throw refusal("device_name is needed, with 1 to 64 characters.")
        }
        guard let matchCode = form.once("match_code"), Self.isMatchCode(matchCode) else {
            throw refusal("match_code is needed: 4 letters of BCDFGHJKLMNPQRSTVWXZ.")
        }
        self.redirectURI = redirectURI
        self.state = state
        self.challenge = challenge
        self.loginHint = form.optional("login_hint").flatMap { $0.utf8.count <= 254 ? $0 : nil }
        self.deviceName = deviceName
        self.matchCode = matchCode
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

    private static func isState(_ text: String) -> Bool {
        (16...200).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func isMatchCode(_ text: String) -> Bool {
        text.utf8.count == 4 && text.allSatisfy("BCDFGHJKLMNPQRSTVWXZ".contains)
    }

    /// What `form-action` has to allow for the redirect to Connect. A source expression cannot name an IPv6 address,
    /// so there the scheme has to do.
    var formTarget: String {
        redirectURI.hasPrefix("http://[") ? "http:" : String(redirectURI.dropLast("/callback".count))
    }
}
