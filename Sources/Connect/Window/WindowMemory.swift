import ArgumentParser
import ConnectAPI
import Foundation
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
    /// The networks as the server told them last, and when it was asked, whether it answered or not.
    var seen: SeenNetworks?
    var askedAt: Date?
    /// Why the server did not answer when it was asked last.
    var trouble: Said?

    /// What the server said is to be asked for again: something was just changed.
    mutating func forget() { askedAt = nil }

    /// Nothing of the user who was signed in stays.
    mutating func leave() {
        (names, network, seen, askedAt, trouble) = (nil, nil, nil, nil, nil)
    }

    struct Said: Sendable {
        let sentence: String
        let detail: String?
        let isError: Bool

        init(_ sentence: String, detail: String? = nil) {
            self.sentence = sentence
            self.detail = detail
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
