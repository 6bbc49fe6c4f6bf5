import Foundation

/// A mail as it goes over the wire (RFC 5322): plain text in UTF-8, with headers that hold nothing but what they say.
struct Mail {
    /// What a second delivery of the same has too.
    let id: String
    let from: MailAddress
    let to: [MailAddress]
    let subject: String
    /// Lines of any length, in any script.
    let text: String
    let date: Date

    var bytes: [UInt8] {
        let headers = [
            "Date: \(Self.date(date))",
            "From: Timus <\(from)>",
            "To: \(to.map(\.description).joined(separator: ",\r\n "))",
            "Subject: \(Self.header(subject))",
            "Message-ID: <\(id)@\(from.domain)>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
            // RFC 3834: no automatic answer to this, please.
            "Auto-Submitted: auto-generated",
        ]
        let body = Data(text.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return Array((headers.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
    }

    /// The value of a header: ASCII as it is, everything else as encoded words (RFC 2047 §2) of at most 75 characters.
    /// A control character, and so the end of a line, becomes a blank: no header can be put in.
    static func header(_ text: String) -> String {
        let line = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isControl ? " " : $0 }))
        // What looks like an encoded word is encoded too, so that it is read as it was written.
        if line.utf8.allSatisfy({ $0 < 0x7f }), line.utf8.count <= 200, !line.contains("=?") { return line }
        var words: [String] = []
        var word: [UInt8] = []
        for character in line {
            let bytes = Array(String(character).utf8)
            if word.count + bytes.count > 45 {
                words.append(encoded(word))
                word = []
            }
            word += bytes
        }
        return (words + [encoded(word)]).joined(separator: "\r\n ")
    }

    private static func encoded(_ word: [UInt8]) -> String {
        "=?utf-8?B?\(Data(word).base64EncodedString())?="
    }

    /// `Tue, 03 Nov 2026 14:05:09 +0000` (RFC 5322 §3.3).
    static func date(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: date)
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        properties.generalCategory == .control || properties.generalCategory == .lineSeparator
            || properties.generalCategory == .paragraphSeparator
    }
}
