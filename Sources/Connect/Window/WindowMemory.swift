import ArgumentParser
import ConnectAPI
import WebUI

/// Where the user is in the window, until it is closed.
struct WindowMemory: Sendable {
    /// nil until a server was named.
    var server: ServerAddress?
    /// As it was typed.
    var typedServer = ""
    var email = ""
    /// What the server answered for ``email``; nil before it was asked.
    var names: NetworkNames?
    /// The network that was chosen.
    var network: String?
    /// The sign-in that waits for the browser to come back.
    var request: AuthorizationRequest?
    /// What the next screen has to say, once.
    var notice: Said?

    struct Said: Sendable {
        let sentence: String
        let detail: String?
        let isError: Bool

        init(_ sentence: String) {
            self.sentence = sentence
            self.detail = nil
            self.isError = false
        }

        init(_ error: ConnectError) {
            self.sentence = error.sentence
            // The commands are for the terminal; here the next screen is the hint.
            self.detail = error.isSignedOut ? "Sign in again." : error.recoverySuggestion.map { "\($0)." }
            self.isError = true
        }

        var html: Notice {
            Notice(sentence, isError ? .negative : .positive, detail: "\(detail ?? "")")
        }
    }
}

extension ConnectError {
    /// Whether the remedy is to sign in.
    var isSignedOut: Bool { exitCode == ExitCode(3) }

    /// As a whole sentence, for a page.
    var sentence: String { "\(errorDescription ?? "It failed")." }
}
