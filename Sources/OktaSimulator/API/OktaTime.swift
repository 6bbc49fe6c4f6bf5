import Foundation

/// Okta's form of a time: `2026-01-31T09:05:00.000Z`.
enum OktaTime {
    /// Milliseconds are always zero: Okta keeps whole seconds.
    static func text(_ date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970)
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let second = seconds - days * 86_400
        let (year, month, day) = civil(days)
        let figures: [(Int, Int)] = [
            (year, 4), (month, 2), (day, 2), (second / 3_600, 2), (second / 60 % 60, 2), (second % 60, 2),
        ]
        let marks: [UInt8] = Array("--T::".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        for (index, (number, digits)) in figures.enumerated() {
            var divisor = digits == 4 ? 1_000 : 10
            while divisor > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
                divisor /= 10
            }
            if index < marks.count { bytes.append(marks[index]) }
        }
        bytes.append(contentsOf: ".000Z".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// With the milliseconds, which the System Log and event hooks have.
    static func preciseText(_ date: Date) -> String {
        let milliseconds = Int((date.timeIntervalSince1970 * 1_000).rounded(.down))
        let rest = String((milliseconds % 1_000 + 1_000) % 1_000)
        return text(date).dropLast("000Z".count) + String(repeating: "0", count: 3 - rest.count) + rest + "Z"
    }

    /// A time as a client writes it in a filter, with or without milliseconds.
    static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: .iso8601))
    }

    /// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar (the algorithm of Howard
    /// Hinnant's `civil_from_days`).
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
