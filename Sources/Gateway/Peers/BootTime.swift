import Foundation

/// A moment on the clock that runs from the machine's start, through its sleep, and that nobody sets (CLOCK_BOOTTIME).
struct BootTime: Hashable, Comparable, Codable, Sendable {
    let seconds: Double

    init(seconds: Double) {
        self.seconds = seconds
    }

    static var now: BootTime {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return BootTime(seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// Tells one run of the machine from the next; "" where Linux does not say.
    static var boot: String {
        // A file of /proc has no size, which `contents(atPath:)` copes with.
        let data = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func + (time: BootTime, seconds: Double) -> BootTime { BootTime(seconds: time.seconds + seconds) }
    static func - (one: BootTime, other: BootTime) -> Double { one.seconds - other.seconds }
    static func < (one: BootTime, other: BootTime) -> Bool { one.seconds < other.seconds }

    init(from decoder: any Decoder) throws {
        self.seconds = try decoder.singleValueContainer().decode(Double.self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }
}
