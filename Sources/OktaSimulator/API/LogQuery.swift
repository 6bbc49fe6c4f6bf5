import Foundation

/// What a call asks of the System Log.
struct LogQuery: Sendable {
    /// A place in the log: the milliseconds at which the event there was published, and its number.
    struct Cursor: Comparable, Sendable {
        let milliseconds: Int
        let number: Int

        init(_ published: Date, _ number: Int) {
            milliseconds = Int((published.timeIntervalSince1970 * 1_000).rounded(.down))
            self.number = number
        }

        init?(_ text: String) {
            let parts = text.split(separator: "_").map { Int($0) }
            guard parts.count == 2, let milliseconds = parts[0], let number = parts[1], number >= 0 else { return nil }
            self.milliseconds = milliseconds
            self.number = number
        }

        var text: String { "\(milliseconds)_\(number)" }

        static func < (one: Self, other: Self) -> Bool {
            (one.milliseconds, one.number) < (other.milliseconds, other.number)
        }
    }

    let since: Date
    let until: Date?
    let isDescending: Bool
    let page: Page
    let after: Cursor?
    private let filter: ResourceFilter?
    /// In lower case; each must be somewhere in the event.
    private let words: [String]

    /// Okta keeps events for ninety days.
    private static let kept: TimeInterval = 90 * 86_400
    private static let earliest: TimeInterval = 180 * 86_400

    init(_ call: Call) throws(OktaFailure) {
        let now = call.org.now()
        until = try Self.time("until", call)
        let asked = try Self.time("since", call) ?? (until ?? now).addingTimeInterval(-7 * 86_400)
        guard asked >= now.addingTimeInterval(-Self.earliest) else {
            throw .logFilter("since: The time must not be more than 180 days ago.")
        }
        since = max(asked, now.addingTimeInterval(-Self.kept))
        isDescending = call.query["sortOrder"]?.uppercased() == "DESCENDING"
        page = try call.page(default: 100, max: 1_000)
        after = try page.after.map { (text) throws(OktaFailure) in
            guard let cursor = Cursor(text) else { throw .invalidCursor(code: "E0000029") }
            return cursor
        }
        do {
            filter = try call.query["filter"].map { (text) throws(OktaFailure) in try ResourceFilter(text, .logFilter) }
        } catch {
            throw .logFilter(error.causes.joined(separator: " "))
        }
        words = (call.query["q"] ?? "").lowercased().split(separator: " ").map(String.init)
    }

    /// Whether what is asked for has no end, so that a reader comes back for more.
    var isPolling: Bool { until == nil && !isDescending }

    /// Says nothing of the time.
    func matches(_ event: Org.LogEvent) -> Bool {
        filter?.matches(foldingCase: false, event.value) ?? true && (words.isEmpty || event.mentions(words))
    }

    private static func time(_ name: String, _ call: Call) throws(OktaFailure) -> Date? {
        guard let text = call.query[name] else { return nil }
        guard let time = OktaTime.date(text) else {
            throw .validation(name, "\(name): The value must be a time such as 2026-01-31T09:05:00.000Z")
        }
        return time
    }
}

extension Org.LogEvent {
    /// Whether each of the words, which are in lower case, is somewhere in the event.
    func mentions(_ words: [String]) -> Bool {
        let entities = [actor] + targets
        let texts = [type.rawValue, type.message] + entities.flatMap { [$0.id, $0.alternateID, $0.displayName] }
        let lowered = texts.map { $0.lowercased() }
        return words.allSatisfy { word in lowered.contains { $0.contains(word) } }
    }

    fileprivate func value(of property: String) -> ResourceFilter.Value? {
        switch property {
        case "eventType": .text(type.rawValue)
        case "uuid": .text(uuid.uuidString.lowercased())
        case "severity": .text("INFO")
        case "displayMessage": .text(type.message)
        case "outcome.result": .text("SUCCESS")
        case "actor.id": .text(actor.id)
        case "actor.type": .text(actor.type)
        case "actor.alternateId": .text(actor.alternateID)
        case "actor.displayName": .text(actor.displayName)
        case "target.id": .anyOf(targets.map(\.id))
        case "target.type": .anyOf(targets.map(\.type))
        case "target.alternateId": .anyOf(targets.map(\.alternateID))
        case "target.displayName": .anyOf(targets.map(\.displayName))
        default: nil
        }
    }
}

extension OktaFailure {
    fileprivate static func logFilter(_ cause: String) -> Self {
        Self(code: "E0000053", status: 400, summary: "Invalid log filter.", causes: [cause])
    }
}
