import Hummingbird
import SignIn
import Storage

import struct Foundation.Date

/// The administrator who looks at a page of Manager or posts its form.
struct Visitor: Sendable {
    let administrator: Administrator
    /// For every form: ``WebUI/PostForm`` carries it.
    let csrf: String

    /// Whether the pages offer this person what changes something. The handlers ask again, with
    /// ``SignIn/WebContext/requireAdministrator(_:atLeast:)``.
    var mayChange: Bool { administrator.role >= .administrator }

    /// Who did it, for the events.
    var actor: Actor { .administrator(administrator) }
}

extension WebContext {
    /// The administrator who asks, if their role is at least `role`.
    ///
    /// - Throws: a redirect to the sign-in page where nobody is signed in, a 403 page where the role does not suffice.
    func visitor(_ request: Request, atLeast role: Administrator.Role = .viewer) throws -> Visitor {
        Visitor(administrator: try requireAdministrator(request, atLeast: role), csrf: session?.csrfToken ?? "")
    }
}
