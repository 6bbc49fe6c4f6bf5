public import Storage
public import WebUI

public import struct Directory.User

/// Who is signed in to this browser, in which session.
public struct SignedIn: Sendable {
    /// A person is one or the other to us: an administrator who is also a user has two sessions.
    public enum Person: Sendable {
        case administrator(Administrator)
        case user(User)
    }

    public let person: Person
    public let session: Session
    /// The value of the hidden field `csrf`, which every form of a signed-in page carries. It is made from the
    /// session's token, so it ends with the session and is worth nothing to anybody else.
    public var csrfToken: String { cookies.csrfToken }
    private let cookies: BrowserCookies

    init(person: Person, session: Session, cookies: BrowserCookies) {
        self.person = person
        self.session = session
        self.cookies = cookies
    }

    public var administrator: Administrator? {
        if case .administrator(let administrator) = person { administrator } else { nil }
    }

    public var user: User? {
        if case .user(let user) = person { user } else { nil }
    }

    /// What the page's user menu shows.
    public var name: String {
        switch person {
        case .administrator(let administrator): administrator.name ?? administrator.email
        case .user(let user): user.name
        }
    }

    /// Who did what this request does, for the events.
    public var actor: Actor {
        switch person {
        case .administrator(let administrator): .administrator(administrator)
        case .user(let user): .user(user)
        }
    }
}

extension WebContext {
    /// The hidden field for every form that posts; nothing where nobody is signed in.
    public var csrfField: HTML {
        guard let session else { return .empty }
        return "<input type=\"hidden\" name=\"\(SameOrigin.field)\" value=\"\(session.csrfToken)\">"
    }
}
