import Notify
import WebUI

/// Whether this server can send mail, to whom it goes, and how to turn it on.
struct MailState: Component {
    /// nil where the server was started without one.
    let server: MailServer?
    let recipients: [String]

    var html: HTML {
        guard let server else {
            return Notice(
                "This server cannot send mail.",
                .warning,
                detail: """
                    Start it with <code>--smtp-url smtp://mail.example.com:587</code> and <code>--smtp-from \
                    timus@example.com</code>; further settings are <code>--smtp-user</code> and \
                    <code>--smtp-password-file</code>.
                    """
            ).html
        }
        return SummaryList([
            .init("Mail server", "<span class=\"mono\">\(server.url)</span>"),
            .init("From", "\(isolated: server.from.description)"),
            .init("To", recipients.isEmpty ? "Nobody yet" : "\(isolated: recipients.joined(separator: ", "))"),
        ]).html
    }
}
