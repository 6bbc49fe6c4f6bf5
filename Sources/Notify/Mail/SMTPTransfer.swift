import CCurl
import Storage

/// One mail on its way to the mail server, through libcurl. Blocks.
final class SMTPTransfer {
    /// Seconds: to connect, and from the first byte to the last answer.
    private static let longestConnect = 10
    private static let longest = 30

    private let mail: [UInt8]
    private let server: MailServer
    private let from: String
    private let to: [String]
    private let ending: Ending
    /// How many bytes of the mail libcurl has taken.
    private var taken = 0

    init(_ mail: Mail, to server: MailServer, ending: Ending) {
        self.mail = mail.bytes
        self.server = server
        self.ending = ending
        from = "<\(mail.from)>"
        to = mail.to.map { "<\($0)>" }
    }

    func perform() throws(NotifyError) {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw .mailServerUnreachable(server.url, cause: "libcurl did not start")
        }
        defer { curl_easy_cleanup(handle) }
        var recipients: UnsafeMutablePointer<curl_slist>?
        for recipient in to { recipients = curl_slist_append(recipients, recipient) }
        defer { curl_slist_free_all(recipients) }
        // libcurl calls back only within `curl_easy_perform`, for which `self` is kept alive.
        let (code, answer) = withExtendedLifetime(self) { () -> (CURLcode, Int) in
            let isSet = configure(handle, recipients: recipients)
            guard isSet == CURLE_OK else { return (isSet, 0) }
            let code = curl_easy_perform(handle)
            var answer = 0
            _ = timus_curl_response_code(handle, &answer)
            return (code, answer)
        }
        if let error = error(code, answer: answer) { throw error }
    }

    /// Sets everything; the first option that is not taken is the answer.
    private func configure(
        _ handle: UnsafeMutableRawPointer,
        recipients: UnsafeMutablePointer<curl_slist>?
    ) -> CURLcode {
        let me = Unmanaged.passUnretained(self).toOpaque()
        var texts: [(CURLoption, String)] = [
            (CURLOPT_URL, server.url), (CURLOPT_MAIL_FROM, from), (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            // No proxy of the environment: it is for the web.
            (CURLOPT_PROXY, ""),
        ]
        if let user = server.user, let password = server.password {
            texts += [(CURLOPT_USERNAME, user), (CURLOPT_PASSWORD, password.value)]
        }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_USE_SSL, Int((server.requiresTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE).rawValue)),
            (CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2), (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_CONNECTTIMEOUT, Self.longestConnect), (CURLOPT_TIMEOUT, Self.longest), (CURLOPT_NOSIGNAL, 1),
            // One address that is refused does not keep the mail from the others.
            (CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1), (CURLOPT_UPLOAD, 1),
        ]
        for (option, text) in texts {
            let code = timus_curl_set_text(handle, option, text)
            guard code == CURLE_OK else { return code }
        }
        for (option, number) in numbers {
            let code = timus_curl_set_number(handle, option, number)
            guard code == CURLE_OK else { return code }
        }
        let list = timus_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
        guard list == CURLE_OK else { return list }
        let reader = timus_curl_set_reader(handle, { SMTPTransfer.read(into: $0, $1 * $2, $3) }, me)
        guard reader == CURLE_OK else { return reader }
        return timus_curl_set_watcher(handle, { data, _, _, _, _ in SMTPTransfer.isEnding(data) ? 1 : 0 }, me)
    }

    /// Puts the next bytes of the mail into `buffer`; how many, and 0 at the end.
    private static func read(
        into buffer: UnsafeMutablePointer<CChar>?,
        _ size: Int,
        _ data: UnsafeMutableRawPointer?
    ) -> Int {
        guard let transfer = of(data), let buffer else { return 0 }
        let next = transfer.mail.dropFirst(transfer.taken).prefix(size)
        UnsafeMutableRawBufferPointer(start: buffer, count: size).copyBytes(from: next)
        transfer.taken += next.count
        return next.count
    }

    private static func isEnding(_ data: UnsafeMutableRawPointer?) -> Bool {
        of(data)?.ending.isNow ?? true
    }

    /// What `configure` handed over.
    private static func of(_ data: UnsafeMutableRawPointer?) -> SMTPTransfer? {
        data.map { Unmanaged<SMTPTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// nil where the mail was taken on.
    private func error(_ code: CURLcode, answer: Int) -> NotifyError? {
        switch code {
        case CURLE_OK: nil
        case CURLE_ABORTED_BY_CALLBACK: .cancelled
        case CURLE_USE_SSL_FAILED: .mailServerWithoutTLS(server.url)
        case CURLE_PEER_FAILED_VERIFICATION: .mailServerCertificate(server.url)
        case CURLE_LOGIN_DENIED: .mailPasswordRefused(server.url)
        case CURLE_SEND_ERROR where answer >= 400, CURLE_RECV_ERROR where answer >= 400,
            CURLE_WEIRD_SERVER_REPLY where answer >= 400:
            .mailRefused(server.url, code: answer)
        default: .mailServerUnreachable(server.url, cause: String(cString: curl_easy_strerror(code)).lowercased())
        }
    }

    /// libcurl asks for this once in a process.
    private static let isReady = timus_curl_global_init() == CURLE_OK
}
