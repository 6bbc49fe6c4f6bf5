import ArgumentParser
import Storage

/// How often the server synchronizes, and how much of Okta's rate limits it may use.
struct SyncOptions: ParsableArguments {
    private static let seconds = 1...Int(Int32.max)
    private static let percent = 1...100

    @Option(
        help: ArgumentHelp(
            "Seconds between two looks at what changed in Okta. [TIMUS_SYNC_EVERY, else 60]",
            valueName: "seconds"
        )
    )
    var syncEvery: Int?

    @Option(
        help: ArgumentHelp(
            "Seconds between two looks for groups that were deleted in Okta. [TIMUS_CATALOGUE_EVERY, else 300]",
            valueName: "seconds"
        )
    )
    var catalogueEvery: Int?

    @Option(
        help: ArgumentHelp(
            "Seconds between two full synchronizations. [TIMUS_FULL_SYNC_EVERY, else 86400]",
            valueName: "seconds"
        )
    )
    var fullSyncEvery: Int?

    @Option(
        help: ArgumentHelp(
            "How much of Okta's rate limits Timus may use, in percent. [TIMUS_RATE_SHARE, else 50]",
            valueName: "percent"
        )
    )
    var rateShare: Int?

    func validate() throws {
        for (flag, value) in [
            ("--sync-every", syncEvery), ("--catalogue-every", catalogueEvery), ("--full-sync-every", fullSyncEvery),
        ] {
            if let value, !Self.seconds.contains(value) { throw ValidationError("\(flag) is 1 second or more.") }
        }
        if let rateShare, !Self.percent.contains(rateShare) {
            throw ValidationError("--rate-share is 1 to 100 percent.")
        }
    }

    func intervals() throws -> SyncIntervals {
        var intervals = SyncIntervals()
        if let seconds = try syncEvery ?? Environment.number("TIMUS_SYNC_EVERY", in: Self.seconds) {
            intervals.incremental = .seconds(seconds)
        }
        if let seconds = try catalogueEvery ?? Environment.number("TIMUS_CATALOGUE_EVERY", in: Self.seconds) {
            intervals.catalogue = .seconds(seconds)
        }
        if let seconds = try fullSyncEvery ?? Environment.number("TIMUS_FULL_SYNC_EVERY", in: Self.seconds) {
            intervals.full = .seconds(seconds)
        }
        return intervals
    }

    /// From 0 to 1.
    func share() throws -> Double {
        Double(try rateShare ?? Environment.number("TIMUS_RATE_SHARE", in: Self.percent) ?? 50) / 100
    }
}
