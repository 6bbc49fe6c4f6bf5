import Foundation

extension Operation {
    static let lifecycle = [
        move("activate") { (call, person) throws(OktaFailure) in
            let link = try call.org.activate(person.id, sendMail: call.flag("sendEmail", default: true))
            return link.map { activation($0, call, isShown: !call.flag("sendEmail", default: true)) } ?? .emptyObject
        },
        move("reactivate") { (call, person) throws(OktaFailure) in
            let mails = call.flag("sendEmail", default: false)
            return activation(try call.org.reactivate(person.id, sendMail: mails), call, isShown: !mails)
        },
        move("deactivate") { (call, person) throws(OktaFailure) in
            try call.org.deactivate(person.id)
            return .emptyObject
        },
        move("suspend") { (call, person) throws(OktaFailure) in
            try call.org.suspend(person.id)
            return .emptyObject
        },
        move("unsuspend") { (call, person) throws(OktaFailure) in
            try call.org.unsuspend(person.id)
            return .emptyObject
        },
        move("unlock") { (call, person) throws(OktaFailure) in
            try call.org.unlock(person.id)
            return .emptyObject
        },
        move("expire_password") { (call, person) throws(OktaFailure) in
            call.reply(try call.org.expirePassword(person.id))
        },
        move("reset_password") { (call, person) throws(OktaFailure) in
            guard call.query["sendEmail"] != nil else {
                throw OktaFailure(
                    code: "E0000028",
                    status: 400,
                    summary: "The request is missing a required parameter.",
                    causes: ["sendEmail"]
                )
            }
            let mails = call.flag("sendEmail", default: true)
            let link = try call.org.resetPassword(person.id, sendMail: mails)
            if call.flag("revokeSessions", default: false) { call.org.endSessions(of: person.id) }
            if mails { return .emptyObject }
            return .json { writer in
                writer.object { $0.member("resetPasswordUrl", call.origin + link.path) }
            }
        },
    ]

    private static func move(
        _ name: String,
        _ perform: @escaping @Sendable (Call, Org.Person) throws(OktaFailure) -> Reply
    ) -> Operation {
        Operation("POST", "users/*/lifecycle/\(name)", "okta.users.manage") { (call) throws(OktaFailure) in
            try perform(call, call.person())
        }
    }

    /// The link is in the answer where it is not in a mail.
    private static func activation(_ link: Org.PasswordLink, _ call: Call, isShown: Bool) -> Reply {
        guard isShown else { return .emptyObject }
        return .json { writer in
            writer.object { writer in
                writer.member("activationUrl", call.origin + link.path)
                writer.member("activationToken", link.token)
            }
        }
    }
}
