import Crypto
import Foundation
import Hummingbird

/// One request of a signed-in person: everything that a page needs to answer.
struct Visit: Sendable {
    let org: Org
    let notes: SessionNotes
    let person: Org.Person
    let session: Org.Session
    let path: Parameters
    /// The query of a GET; the body of a POST, which came with this session's token against forged requests.
    let form: Form

    /// Of the field that every form of a signed-in person carries.
    static let tokenField = "xsrfToken"

    var formToken: String { Self.formToken(of: session) }

    static func formToken(of session: Org.Session) -> String {
        Data(SHA256.hash(data: Data("form \(session.token)".utf8))).base64URL
    }

    /// A form whose POST this session will accept.
    func postForm(_ action: String, style: String = "", _ content: HTML) -> HTML {
        """
        <form method="post" action="\(action)" class="\(style)">\
        <input type="hidden" name="\(Self.tokenField)" value="\(formToken)">\(content)</form>
        """
    }

    /// A button that changes something.
    /// - Parameter about: what it changes, where several buttons of the page say the same.
    func postButton(_ label: String, _ action: String, style: String = "small", about: String? = nil) -> HTML {
        let title: HTML? = about.map { " title=\"\(label) \($0)\"" }
        return postForm(action, style: "inline", "<button class=\"\(style)\"\(title)>\(label)</button>")
    }

    /// To another page, which says `notice` once.
    func seeOther(_ location: String, notice: String? = nil) -> Response {
        if let notice { notes.leave(notice, for: session) }
        return .seeOther(location)
    }

    /// The id in the address.
    func id<Thing>(_ name: String = "id") -> OktaID<Thing> {
        OktaID(path.get(name) ?? "")
    }

    /// - Throws: `OktaFailure` for an address that names nobody; the next four alike.
    func personInPath() throws(OktaFailure) -> Org.Person {
        let id: Org.Person.ID = id()
        guard let person = org.person(id) else { throw .notFound(id.description, "User") }
        return person
    }

    func groupInPath() throws(OktaFailure) -> Org.Group {
        let id: Org.Group.ID = id()
        guard let group = org.group(id) else { throw .notFound(id.description, "UserGroup") }
        return group
    }

    func appInPath() throws(OktaFailure) -> Org.AppIntegration {
        let id: Org.AppIntegration.ID = id()
        guard let app = org.app(id) else { throw .notFound(id.description, "AppInstance") }
        return app
    }

    func eventHookInPath() throws(OktaFailure) -> Org.EventHook {
        let id: Org.EventHook.ID = id()
        guard let hook = org.eventHook(id) else { throw .notFound(id.description, "Webhook") }
        return hook
    }

    func tokenInPath() throws(OktaFailure) -> Org.APIToken {
        let id: Org.APIToken.ID = id()
        guard let token = org.token(id), token.revoked == nil else { throw .notFound(id.description, "Token") }
        return token
    }
}
