public import Hummingbird
public import WebUI

/// One sentence that a page leaves for the next, such as "Berlin was added.", shown once.
///
/// It travels in a cookie of one minute, sealed with the session's token, so that nobody else can put words there.
public struct Flash: Equatable, Sendable {
    public enum Kind: String, Sendable {
        case done
        case warning
    }

    public let kind: Kind
    public let sentence: String

    public init(_ sentence: String, kind: Kind = .done) {
        self.kind = kind
        self.sentence = sentence
    }

    /// As the page shows it.
    public var notice: Notice {
        Notice(sentence, kind == .done ? .positive : .warning)
    }
}

extension WebContext {
    /// Redirects to a page of ours that begins with what `flash` says. Without a session there is nothing said.
    public func seeOther(_ path: Path, flash: Flash) -> Response {
        var response = Response.seeOther(path)
        if let cookie = cookies?.cookie(for: flash) { response.setCookie(cookie) }
        return response
    }
}
