import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A mail server on loopback that keeps what it is handed (SMTP, RFC 5321), without TLS.
final class PostOffice: Sendable {
    /// What it does with those who come.
    struct Rules: Sendable {
        /// User and password that it asks for; nil for none.
        var login: (user: String, password: String)?
        var refusedRecipients: Set<String> = []
        /// Answered to the whole mail; 250 takes it on.
        var verdict = 250
        /// Whether it takes connections and never says anything.
        var isSilent = false
    }

    /// A mail that it took on.
    struct Letter: Sendable {
        let from: String
        let to: [String]
        let text: String

        /// The value of a header, unfolded; nil where there is none.
        func header(_ name: String) -> String? {
            let head = text.components(separatedBy: "\r\n\r\n")[0].replacing("\r\n ", with: " ")
            return head.components(separatedBy: "\r\n").first { $0.hasPrefix(name + ": ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }

        var body: String {
            let encoded = text.components(separatedBy: "\r\n\r\n").dropFirst().joined()
            let data = Data(base64Encoded: encoded, options: .ignoreUnknownCharacters) ?? Data()
            return String(decoding: data, as: UTF8.self)
        }
    }

    let port: Int
    private let rules: Rules
    private let kept = Mutex<(letters: [Letter], lines: [String])>(([], []))
    private let arrival: AsyncStream<Letter>.Continuation
    /// Each mail as it comes.
    let arrivals: AsyncStream<Letter>
    private let came: AsyncStream<Void>.Continuation
    /// Each connection as it is taken.
    let comings: AsyncStream<Void>

    var letters: [Letter] { kept.withLock { $0.letters } }
    /// What clients said, but for the mails.
    var lines: [String] { kept.withLock { $0.lines } }
    var url: String { "smtp://127.0.0.1:\(port)" }

    private init(port: Int, rules: Rules) {
        self.port = port
        self.rules = rules
        (arrivals, arrival) = AsyncStream.makeStream()
        (comings, came) = AsyncStream.makeStream()
    }

    /// Runs it while `body` runs.
    static func open(_ rules: Rules = Rules(), _ body: @Sendable (PostOffice) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let office = PostOffice(port: server.channel.localAddress?.port ?? 0, rules: rules)
        try await server.executeThenClose { connections in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    try await withThrowingDiscardingTaskGroup { visits in
                        for try await connection in connections {
                            // A client that breaks off is no failure of the server.
                            visits.addTask { try? await office.serve(connection) }
                        }
                    }
                }
                try await body(office)
                tasks.cancelAll()
            }
        }
    }

    private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws {
        try await connection.executeThenClose { inbound, outbound in
            came.yield()
            var lines = Lines(inbound.makeAsyncIterator())
            if rules.isSilent {
                while try await lines.next() != nil {}
                return
            }
            var visit = Visit()
            try await outbound.say("220 post office")
            while let line = try await lines.next() {
                kept.withLock { $0.lines.append(line) }
                let word = line.prefix { $0 != " " && $0 != ":" }.uppercased()
                switch word {
                case "EHLO": try await outbound.say(rules.login == nil ? "250 hello" : "250-hello\r\n250 AUTH PLAIN")
                case "AUTH":
                    let given = line.split(separator: " ").count > 2
                    if !given { try await outbound.say("334 ") }
                    let answer = given ? String(line.split(separator: " ")[2]) : try await lines.next() ?? ""
                    visit.isKnown = isKnown(answer)
                    try await outbound.say(visit.isKnown ? "235 welcome" : "535 no")
                case "MAIL":
                    let isAllowed = rules.login == nil || visit.isKnown
                    visit.from = line.address
                    try await outbound.say(isAllowed ? "250 ok" : "530 who are you")
                case "RCPT":
                    let isRefused = rules.refusedRecipients.contains(line.address)
                    if !isRefused { visit.to.append(line.address) }
                    try await outbound.say(isRefused ? "550 nobody here" : "250 ok")
                case "DATA":
                    try await outbound.say("354 go on")
                    let text = try await lines.mail()
                    try await outbound.say("\(rules.verdict) thanks")
                    if rules.verdict == 250 { keep(Letter(from: visit.from, to: visit.to, text: text)) }
                case "QUIT":
                    try await outbound.say("221 bye")
                    return
                default: try await outbound.say("502 what")
                }
            }
        }
    }

    private func keep(_ letter: Letter) {
        kept.withLock { $0.letters.append(letter) }
        arrival.yield(letter)
    }

    /// AUTH PLAIN (RFC 4616): `\0user\0password`.
    private func isKnown(_ answer: String) -> Bool {
        guard let login = rules.login, let data = Data(base64Encoded: answer) else { return false }
        return String(decoding: data, as: UTF8.self) == "\0\(login.user)\0\(login.password)"
    }

    private struct Visit {
        var isKnown = false
        var from = ""
        var to: [String] = []
    }
}

/// The lines that a client says.
private struct Lines {
    private var parts: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var rest = ""

    init(_ parts: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) {
        self.parts = parts
    }

    /// nil where the client has gone.
    mutating func next() async throws -> String? {
        while true {
            if let end = rest.firstRange(of: "\r\n") {
                let line = String(rest[..<end.lowerBound])
                rest = String(rest[end.upperBound...])
                return line
            }
            guard let part = try await parts.next() else { return nil }
            rest += String(buffer: part)
        }
    }

    /// The lines to the one that is a dot, each without the dot that was put before it.
    mutating func mail() async throws -> String {
        var text: [String] = []
        while let line = try await next(), line != "." {
            text.append(line.hasPrefix(".") ? String(line.dropFirst()) : line)
        }
        return text.joined(separator: "\r\n")
    }
}

extension NIOAsyncChannelOutboundWriter<ByteBuffer> {
    fileprivate func say(_ line: String) async throws {
        try await write(ByteBuffer(string: line + "\r\n"))
    }
}

extension String {
    /// What stands between `<` and `>`.
    fileprivate var address: String {
        firstMatch(of: /<(.*?)>/).map { String($0.1) } ?? ""
    }
}
