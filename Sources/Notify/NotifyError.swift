public import Foundation

/// Why a notification did not go out, told apart by what to do next.
public enum NotifyError: LocalizedError, Hashable, Sendable {
    /// The server was started without a mail server.
    case noMailServer
    /// No owner or administrator has an address that mail can go to.
    case noRecipients
    /// The mail server was not reached; `cause` is libcurl's word for it.
    case mailServerUnreachable(String, cause: String)
    /// The mail server offers no encryption, so it was told nothing.
    case mailServerWithoutTLS(String)
    /// Its certificate is not good for its name.
    case mailServerCertificate(String)
    case mailPasswordRefused(String)
    /// It answered with this code of SMTP to the mail.
    case mailRefused(String, code: Int)
    /// No webhook is set any more.
    case noWebhook
    case webhookAddress(WebhookAddress.Problem)
    /// The name leads to this machine or into a private network.
    case webhookPrivate(host: String)
    case webhookUnknownName(host: String)
    case webhookUnreachable(host: String)
    case webhookTimedOut(host: String)
    /// It answered with another status than 2xx; redirects are not followed.
    case webhookRefused(host: String, status: Int)
    /// The settings could not be read: the store's own sentences.
    case store(String, remedy: String)
    case cancelled

    public var errorDescription: String? {
        switch self {
        case .noMailServer: "This server has no mail server."
        case .noRecipients: "No owner or administrator has an address that mail can be sent to."
        case .mailServerUnreachable(let server, let cause): "The mail server \(server) was not reached: \(cause)."
        case .mailServerWithoutTLS(let server): "The mail server \(server) offers no encryption."
        case .mailServerCertificate(let server): "The certificate of the mail server \(server) is not good."
        case .mailPasswordRefused(let server): "The mail server \(server) does not accept user and password."
        case .mailRefused(let server, let code): "The mail server \(server) refused the mail with code \(code)."
        case .noWebhook: "No webhook is set."
        case .webhookAddress(let problem): problem.errorDescription
        case .webhookPrivate(let host): "\(host) belongs to this machine or to a private network."
        case .webhookUnknownName(let host): "There is no host named \(host)."
        case .webhookUnreachable(let host): "\(host) was not reached."
        case .webhookTimedOut(let host): "\(host) did not answer within 5 seconds."
        case .webhookRefused(let host, let status): "\(host) answered with HTTP \(status)."
        case .store(let sentence, _): sentence
        case .cancelled: "The server was ending."
        }
    }

    /// What happened and what to do, in one text.
    public var sentences: String {
        [errorDescription, recoverySuggestion].compactMap(\.self).joined(separator: " ")
    }

    public var recoverySuggestion: String? {
        switch self {
        case .noMailServer: "Start it with --smtp-url and --smtp-from, or turn mail off."
        case .noRecipients: "Add an administrator with an e-mail address."
        case .mailServerUnreachable: "Check --smtp-url and the network of this server."
        case .mailServerWithoutTLS: "Turn STARTTLS on there, or use smtps://."
        case .mailServerCertificate: "Name the server in --smtp-url as its certificate does, or renew the certificate."
        case .mailPasswordRefused: "Check --smtp-user and --smtp-password-file."
        case .mailRefused: "See its log; often the address of --smtp-from is not allowed there."
        case .noWebhook: "Enter its address under Settings > Notifications."
        case .webhookAddress(let problem): problem.recoverySuggestion
        case .webhookPrivate: "Enter an address on the public internet."
        case .webhookUnknownName, .webhookUnreachable, .webhookTimedOut: "Check the address, and whether it runs."
        case .webhookRefused: "Enter the address that itself takes the post, and see its log."
        case .store(_, let remedy): remedy
        case .cancelled: "It is sent when the server runs again."
        }
    }
}
