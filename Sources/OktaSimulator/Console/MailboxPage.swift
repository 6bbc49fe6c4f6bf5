import Hummingbird

/// `/admin/mailbox`: the e-mails that the org has sent. The simulator sends none; whoever tries it out reads them here.
enum MailboxPage {
    static func add<Context>(to console: ConsoleRoutes<Context>) {
        console.get("/admin/mailbox") { visit in page(visit).response(visit) }
        console.get("/admin/mailbox/:id") { visit in try mailPage(visit).response(visit) }
    }

    private static func page(_ visit: Visit) -> ConsolePage {
        let table = Table(
            columns: ["Subject", "To", "Sent"],
            rows: visit.org.mails.prefix(200).map { mail in
                ["<a href=\"/admin/mailbox/\(mail.id)\">\(mail.subject)</a>", "\(mail.to)", "\(mail.at.shown)"]
            },
            empty: "No e-mail has been sent yet."
        )
        return ConsolePage(
            "Mailbox",
            .mailbox,
            subtitle: "<p class=\"faint\">E-mails that this org would have sent.</p>",
            "<section class=\"card\">\(table.html)</section>"
        )
    }

    private static func mailPage(_ visit: Visit) throws(OktaFailure) -> ConsolePage {
        let text = visit.path.get("id") ?? ""
        guard let mail = Int(text).flatMap(visit.org.mail) else { throw .notFound(text, "Mail") }
        let link: HTML? = mail.link.map { link in
            """
            <p><a class="button primary" href="\(link)">\(mail.linkLabel)</a></p><p class="faint">\(link)</p>
            """
        }
        return ConsolePage(
            mail.subject,
            .mailbox,
            subtitle: "<p class=\"faint\">To \(mail.to), \(mail.at.shown)</p>",
            "<section class=\"card\"><pre>\(mail.text)</pre>\(link)</section>"
        )
    }
}

extension Org.Mail {
    fileprivate var linkLabel: String {
        link?.contains("/welcome/") == true ? "Activate Okta Account" : "Reset Password"
    }
}
