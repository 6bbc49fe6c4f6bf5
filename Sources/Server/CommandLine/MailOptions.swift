import ArgumentParser
import Notify
import Storage

/// The mail server through which administrators are told.
struct MailOptions: ParsableArguments {
    @Option(
        name: .customLong("smtp-url"),
        help: ArgumentHelp(
            "Where mail is handed in: smtp://mail.example.com:587 or smtps://mail.example.com. [TIMUS_SMTP_URL]",
            valueName: "url"
        )
    )
    var url: String?

    @Option(
        name: .customLong("smtp-user"),
        help: ArgumentHelp("The user there, if it asks for one. [TIMUS_SMTP_USER]", valueName: "name")
    )
    var user: String?

    @Option(
        name: .customLong("smtp-password-file"),
        help: ArgumentHelp("A file with that user's password. [TIMUS_SMTP_PASSWORD_FILE]", valueName: "path")
    )
    var passwordFile: String?

    @Option(
        name: .customLong("smtp-from"),
        help: ArgumentHelp("The address that mail comes from. [TIMUS_SMTP_FROM]", valueName: "e-mail")
    )
    var from: String?

    /// nil where no mail server is named.
    ///
    /// - Throws: ``Failure`` where what is given does not make one.
    func server() throws -> MailServer? {
        let user = user ?? Environment["TIMUS_SMTP_USER"]
        let passwordFile = passwordFile ?? Environment["TIMUS_SMTP_PASSWORD_FILE"]
        let from = from ?? Environment["TIMUS_SMTP_FROM"]
        guard let url = url ?? Environment["TIMUS_SMTP_URL"] else {
            guard user == nil, passwordFile == nil, from == nil else {
                throw Failure.usage(
                    "There are settings for mail and no mail server.",
                    hint: "Name it with --smtp-url, or leave the other --smtp- settings out."
                )
            }
            return nil
        }
        guard let from else {
            throw Failure.usage(
                "There is a mail server and no address that mail comes from.",
                hint: "Name one with --smtp-from, such as timus@example.com."
            )
        }
        let password = try passwordFile.map { Secret(try SecretFile.read($0)) }
        do throws(MailServer.Problem) {
            return try MailServer(url: url, from: from, user: user, password: password)
        } catch {
            throw Failure.usage(error.errorDescription ?? "", hint: error.recoverySuggestion)
        }
    }
}

/// Runs `body` with what sends mail through that server, and closes it.
func withMailer<Answer>(_ server: MailServer?, _ body: (Mailer?) async throws -> Answer) async throws -> Answer {
    let mailer = server.map { Mailer($0) }
    let result: Result<Answer, any Error>
    do {
        result = .success(try await body(mailer))
    } catch {
        result = .failure(error)
    }
    await mailer?.close()
    return try result.get()
}
