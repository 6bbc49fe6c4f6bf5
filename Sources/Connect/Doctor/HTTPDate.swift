import Foundation

/// The time of an HTTP header (RFC 9110 §5.6.7), in the one form that is still written: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.date(from: text)
    }
}
