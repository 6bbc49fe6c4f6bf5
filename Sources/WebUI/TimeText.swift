public import struct Foundation.Date

/// A time as people say it ("4 minutes ago"), with the exact one at hand.
public struct TimeText: Component {
    private let date: Date
    private let now: Date

    public init(_ date: Date, now: Date) {
        self.date = date
        self.now = now
    }

    public var html: HTML {
        let moment = Moment(date)
        return """
            <time datetime="\(moment.isoDay)T\(moment.clock)Z" title="\(Self.exact(date))">\
            \(Self.relative(date, now: now))</time>
            """
    }

    /// "just now", "4 minutes ago", "in 2 hours", "3 November 2025" when more than a week lies between.
    public static func relative(_ date: Date, now: Date) -> String {
        let seconds = Int(now.timeIntervalSince(date).rounded(.towardZero))
        let (count, unit) =
            switch seconds.magnitude {
            case ..<10: (0 as UInt, "")
            case ..<60: (seconds.magnitude, "second")
            case ..<3600: (seconds.magnitude / 60, "minute")
            case ..<86400: (seconds.magnitude / 3600, "hour")
            case ..<(7 * 86400): (seconds.magnitude / 86400, "day")
            default: (0, "day")
            }
        if unit.isEmpty { return "just now" }
        if count == 0 { return day(date) }
        let amount = "\(count) \(unit)\(count == 1 ? "" : "s")"
        return seconds > 0 ? "\(amount) ago" : "in \(amount)"
    }

    /// "1.4 s", "12 s", "3 min 5 s".
    public static func duration(milliseconds: Int) -> String {
        switch milliseconds {
        case ..<1000: "\(max(milliseconds, 0)) ms"
        case ..<10_000: "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
        case ..<60_000: "\(milliseconds / 1000) s"
        default: "\(milliseconds / 60_000) min \(milliseconds / 1000 % 60) s"
        }
    }

    /// `2025-11-03 14:05:09 UTC`.
    public static func exact(_ date: Date) -> String {
        let moment = Moment(date)
        return "\(moment.isoDay) \(moment.clock) UTC"
    }

    /// `3 November 2025`.
    public static func day(_ date: Date) -> String {
        let moment = Moment(date)
        return "\(moment.day) \(moment.monthName) \(moment.year)"
    }
}

/// A date taken apart in UTC and the Gregorian calendar, without a locale.
private struct Moment {
    let year: Int
    let month: Int
    let day: Int
    let second: Int

    /// Days to civil date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    init(_ date: Date) {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let days = (seconds - ((seconds % 86400) + 86400) % 86400) / 86400
        second = seconds - days * 86400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var isoDay: String { "\(year)-\(Self.padded(month))-\(Self.padded(day))" }

    var clock: String {
        [second / 3600, second / 60 % 60, second % 60].map(Self.padded).joined(separator: ":")
    }

    var monthName: String {
        [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ][month - 1]
    }

    private static func padded(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}
