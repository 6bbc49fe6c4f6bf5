import Foundation
import Storage
import Testing

@testable import Notify

@Suite struct `A notification by mail` {
    @Test func `reaches owners and administrators in plain words, with the way to Manager`() async throws {
        try await PostOffice.open { office in
            try await Acme.open { acme in
                try await acme.store.setIntegrationStatus(.stopped, problem: Acme.refused)
                let due = try await acme.store.takeDueNotifications(on: .mail)

                try await acme.mail(due[0], through: office)

                let letter = try #require(office.letters.first)
                #expect(letter.from == "timus@acme.example")
                #expect(letter.to == ["olga@acme.example"])
                #expect(letter.header("Subject") == "Timus: synchronization with acme.okta.com stopped")
                #expect(letter.header("From") == "Timus <timus@acme.example>")
                #expect(letter.header("Date") == "Fri, 15 Jan 2027 08:00:00 +0000")
                #expect(letter.header("Message-ID") == "<\(due[0].id)@acme.example>")
                #expect(letter.body.contains(Acme.refused.what))
                #expect(letter.body.contains(Acme.refused.remedy))
                #expect(letter.body.contains("https://timus.acme.example/settings/integrations/okta"))
            }
        }
    }

    @Test func `says where somebody tries addresses, and leads to what can be done`() async throws {
        try await PostOffice.open { office in
            try await Acme.open { acme in
                try await acme.store.recordEnumeration(from: "192.0.2.7", addresses: 51)
                let due = try await acme.store.takeDueNotifications(on: .mail)

                try await acme.mail(due[0], through: office)

                let letter = try #require(office.letters.first)
                #expect(letter.to == ["olga@acme.example"])
                #expect(letter.header("Subject") == "Timus: somebody tries many e-mail addresses")
                #expect(letter.body.contains("Somebody at 192.0.2.7 tried 51 different e-mail addresses"))
                #expect(letter.body.contains("Settings > Timus Connect"))
                #expect(letter.body.contains("https://timus.acme.example/settings/connect"))
            }
        }
    }

    @Test func `cannot be given a header, an address or a line of its own by the name of an organisation`() async throws
    {
        let name = "Acmé\r\nBcc: eve@evil.example\r\n\r\n.\r\nMAIL FROM:<eve@evil.example>"
        try await PostOffice.open { office in
            try await Acme.open(named: name) { acme in
                try await acme.mail(.test(on: .mail, at: acme.clock.now), through: office)

                let letter = try #require(office.letters.first)
                #expect(office.letters.count == 1)
                #expect(letter.to == ["olga@acme.example"])
                #expect(letter.header("Bcc") == nil)
                #expect(letter.body.contains("Organisation: Acmé"))
                #expect(!office.lines.contains { $0.contains("eve") })
            }
        }
    }

    @Test func `is told to the others where one address is refused`() async throws {
        try await PostOffice.open(.init(refusedRecipients: ["olga@acme.example"])) { office in
            try await Acme.open { acme in
                let test = Storage.Notification.test(on: .mail, at: acme.clock.now)
                await #expect(throws: NotifyError.self) { try await acme.mail(test, through: office) }

                _ = try await acme.store.addAdministrator(
                    email: "adam@acme.example",
                    name: nil,
                    role: .administrator,
                    password: nil,
                    by: .system
                )
                try await acme.mail(test, through: office)

                #expect(office.letters.map(\.to) == [["adam@acme.example"]])
            }
        }
    }

    @Test func `needs somebody to go to, and a server to go through`() async throws {
        try await Acme.open { acme in
            try await withHTTP { http in
                let test = Storage.Notification.test(on: .mail, at: acme.clock.now)

                await #expect(throws: NotifyError.noMailServer) {
                    try await acme.messenger(http).send(test, from: acme.store)
                }
            }
        }
    }
}

@Suite struct `A mail server` {
    @Test func `is shown user and password, and takes the mail on`() async throws {
        try await PostOffice.open(.init(login: ("timus", "the password"))) { office in
            try await withMailer(
                try MailServer(url: office.url, from: "t@acme.example", user: "timus", password: Secret("the password"))
            ) { mailer in
                let hello = try #require(Mail.hello)
                try await mailer.send(hello)

                #expect(office.letters.map(\.to) == [["olga@acme.example"]])
            }
        }
    }

    @Test(arguments: [("timus", "wrong"), (nil, nil)] as [(String?, String?)])
    func `that wants another password is told so`(user: String?, password: String?) async throws {
        try await PostOffice.open(.init(login: ("timus", "right"))) { office in
            let secret = password.map { Secret($0) }
            try await withMailer(
                try MailServer(url: office.url, from: "t@acme.example", user: user, password: secret)
            ) { mailer in
                let hello = try #require(Mail.hello)
                await #expect(throws: NotifyError.self) { try await mailer.send(hello) }
                #expect(office.letters.isEmpty)
            }
        }
    }

    @Test func `that refuses the mail is named with its code`() async throws {
        try await PostOffice.open(.init(verdict: 554)) { office in
            try await withMailer(try MailServer(url: office.url, from: "t@acme.example")) { mailer in
                let hello = try #require(Mail.hello)
                await #expect(throws: NotifyError.mailRefused(office.url, code: 554)) {
                    try await mailer.send(hello)
                }
            }
        }
    }

    @Test func `elsewhere that offers no encryption gets neither password nor mail`() async throws {
        try await PostOffice.open(.init(login: ("timus", "the password"))) { office in
            var server = try MailServer(
                url: office.url,
                from: "t@acme.example",
                user: "timus",
                password: Secret("the password")
            )
            #expect(!server.requiresTLS)
            server.requiresTLS = true
            try await withMailer(server) { mailer in
                let hello = try #require(Mail.hello)
                await #expect(throws: NotifyError.mailServerWithoutTLS(office.url)) { try await mailer.send(hello) }
            }
            #expect(office.lines.allSatisfy { $0.hasPrefix("EHLO") || $0.hasPrefix("HELO") || $0 == "QUIT" })
        }
    }

    @Test func `that is not there is an error, and not a wait`() async throws {
        try await withMailer(try MailServer(url: "smtp://127.0.0.1:1", from: "t@acme.example")) { mailer in
            let hello = try #require(Mail.hello)
            await #expect(throws: NotifyError.self) { try await mailer.send(hello) }
        }
    }

    @Test func `that says nothing does not keep the server from ending`() async throws {
        try await PostOffice.open(.init(isSilent: true)) { office in
            try await withMailer(try MailServer(url: office.url, from: "t@acme.example")) { mailer in
                let hello = try #require(Mail.hello)
                let sending = Task { try await mailer.send(hello) }
                for await _ in office.comings { break }

                sending.cancel()

                await #expect(throws: NotifyError.cancelled) { try await sending.value }
            }
        }
    }

    @Test(arguments: [
        "mail.acme.example", "http://mail.acme.example", "smtp://", "smtp://olga:secret@mail.acme.example",
        "smtp://mail.acme.example/path", "smtp://mail.acme.example:0", "smtp://mail.acme.example:99999",
        "smtp://mail acme", "smtp://mail.acme.example\r\nX",
    ])
    func `is an address with nothing behind it`(typed: String) {
        #expect(throws: MailServer.Problem.url(typed)) { try MailServer(url: typed, from: "t@acme.example") }
    }

    @Test(arguments: [
        ("smtp://mail.acme.example", "smtp://mail.acme.example:587", true),
        ("smtps://mail.acme.example", "smtps://mail.acme.example:465", true),
        ("smtp://mail.acme.example:25", "smtp://mail.acme.example:25", true),
        ("smtp://10.0.0.1", "smtp://10.0.0.1:587", true),
        ("smtp://localhost:25", "smtp://localhost:25", false),
        ("smtp://[::1]:25", "smtp://[::1]:25", false),
        ("smtps://127.0.0.1", "smtps://127.0.0.1:465", true),
    ])
    func `has a port, and is spoken to in the open on this machine alone`(
        typed: String,
        url: String,
        requiresTLS: Bool
    ) throws {
        let server = try MailServer(url: typed, from: "t@acme.example")

        #expect(server.url == url)
        #expect(server.requiresTLS == requiresTLS)
    }

    @Test func `has user and password, or neither`() {
        #expect(throws: MailServer.Problem.userWithoutPassword) {
            try MailServer(url: "smtp://mail.acme.example", from: "t@acme.example", user: "timus")
        }
        #expect(throws: MailServer.Problem.from("Timus <t@acme.example>")) {
            try MailServer(url: "smtp://mail.acme.example", from: "Timus <t@acme.example>")
        }
    }
}

@Suite struct `The header of a mail` {
    @Test(arguments: [
        ("Timus: a test", "Timus: a test"),
        ("a\r\nBcc: eve@evil.example", "a  Bcc: eve@evil.example"),
        ("a\u{0}\u{2028}b", "a  b"),
        ("Zürich", "=?utf-8?B?WsO8cmljaA==?="),
        ("=?utf-8?B?ZXZl?=", "=?utf-8?B?PT91dGYtOD9CP1pYWmw/PQ==?="),
    ])
    func `holds what it says and nothing else`(text: String, header: String) {
        #expect(Mail.header(text) == header)
    }

    @Test func `is folded where it is long, between characters`() {
        let header = Mail.header(String(repeating: "ü", count: 100))

        let words = header.components(separatedBy: "\r\n ")
        #expect(words.allSatisfy { $0.utf8.count <= 75 && $0.hasPrefix("=?utf-8?B?") && $0.hasSuffix("?=") })
        let read = words.compactMap { Data(base64Encoded: String($0.dropFirst(10).dropLast(2))) }
        #expect(read.map { String(decoding: $0, as: UTF8.self) }.joined() == String(repeating: "ü", count: 100))
    }

    @Test(arguments: [
        "olga", "@acme.example", "olga@", "olga@acme@example", "olga@acme.example>", "a b@acme.example",
        "olga@acme.example\r\nRCPT TO:<eve@evil.example>", "zoë@acme.example", "a,b@acme.example", "\"a\"@acme.example",
    ])
    func `takes no address that is more than one`(text: String) {
        #expect(MailAddress(text) == nil)
    }
}

extension Acme {
    fileprivate func mail(_ notification: Storage.Notification, through office: PostOffice) async throws {
        try await withHTTP { http in
            try await withMailer(try MailServer(url: office.url, from: "timus@acme.example")) { mailer in
                try await messenger(http, mailer: mailer).send(notification, from: store)
            }
        }
    }
}

extension Mail {
    fileprivate static let hello: Mail? = MailAddress("olga@acme.example").map { olga in
        Mail(id: "1", from: olga, to: [olga], subject: "Hello", text: "Hello.", date: Date(timeIntervalSince1970: 0))
    }
}
