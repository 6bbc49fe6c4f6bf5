import Foundation

/// Events as text for other programs, handed out in pieces: ``beginning``, ``lines(of:)`` for page after page, ``end``.
public struct EventExport: Sendable {
    public enum Format: String, Sendable, CaseIterable {
        /// RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe.
        case csv
        /// One array of objects, with every key in each.
        case json
    }

    public let format: Format
    private var isFirst = true

    public init(_ format: Format) {
        self.format = format
    }

    public var beginning: String {
        switch format {
        case .csv: Self.row(["id", "at"] + Self.texts.map(\.name) + ["hash"])
        case .json: "["
        }
    }

    /// The next events, in the order in which they are to stand.
    public mutating func lines(of events: [Event]) -> String {
        var text = ""
        for event in events {
            switch format {
            case .csv: text += Self.csv(event)
            case .json:
                text += (isFirst ? "\n" : ",\n") + Self.json(event)
                isFirst = false
            }
        }
        return text
    }

    public var end: String {
        switch format {
        case .csv: ""
        case .json: "\n]\n"
        }
    }

    private static let texts: [(name: String, value: @Sendable (Event) -> String?)] = [
        ("actor", { $0.actor }), ("action", { $0.action }), ("subject", { $0.subject }), ("old", { $0.old }),
        ("new", { $0.new }), ("address", { $0.address }), ("device", { $0.device }), ("step", { $0.step }),
        ("reason", { $0.reason }),
    ]

    private static func csv(_ event: Event) -> String {
        row([String(event.id), time(event.at)] + texts.map { $0.value(event) ?? "" } + [event.hash])
    }

    private static func row(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ text: String) -> String {
        let opening = text.unicodeScalars.first.map { "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) } ?? false
        let harmless = opening ? "'" + text : text
        guard harmless.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
            return harmless
        }
        return "\"" + harmless.replacing("\"", with: "\"\"") + "\""
    }

    private static func json(_ event: Event) -> String {
        let fields =
            [("id", String(event.id)), ("at", quoted(time(event.at)))]
            + texts.map { ($0.name, $0.value(event).map(quoted) ?? "null") } + [("hash", quoted(event.hash))]
        return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// With milliseconds, as they are hashed: Foundation's own fraction is cut off, and so may be one too low.
    private static func time(_ date: Date) -> String {
        let fraction = String(((date.milliseconds % 1000) + 1000) % 1000)
        let seconds = (date.milliseconds - (Int64(fraction) ?? 0)) / 1000
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        return text.dropLast() + "." + String(repeating: "0", count: 3 - fraction.count) + fraction + "Z"
    }
}
