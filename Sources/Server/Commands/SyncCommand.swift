import ArgumentParser
import Directory
import Foundation
import Storage
import Sync

/// `timus sync`: one synchronization now, or what it would do; the runs so far, and the answer to one that waits.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Synchronize with Okta now, or look at what synchronizations did.",
        subcommands: [SyncNow.self, SyncRuns.self, SyncShow.self, SyncApprove.self, SyncDiscard.self],
        defaultSubcommand: SyncNow.self
    )
}

/// `timus sync`, `timus sync now`
struct SyncNow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "now",
        abstract: "Synchronize with Okta now.",
        discussion: "Exits with 1 where the synchronization failed or waits for approval."
    )

    @OptionGroup var storeOptions: StoreOptions

    @OptionGroup var trust: TrustOptions

    @Option(help: "full reads everything, incremental what changed since the last one.")
    var mode = Mode.full

    @Option(help: ArgumentHelp("How much of Okta's rate limits to use, in percent.", valueName: "percent"))
    var rateShare = 50

    @Flag(help: "Only say what would change.")
    var dryRun = false

    @Flag(help: "Print JSON with stable fields.")
    var json = false

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case full
        case incremental

        var sync: SyncMode { self == .full ? .full : .incremental }
    }

    func validate() throws {
        guard (1...100).contains(rateShare) else { throw ValidationError("--rate-share is 1 to 100 percent.") }
    }

    func run() async throws {
        try await storeOptions.withSync(share: Double(rateShare) / 100, trusting: trust) { engine, store in
            if dryRun {
                try report(try await engine.preview(mode.sync), in: try await PreviewNames(store))
            } else {
                try report(try await engine.run(mode.sync, trigger: .commandLine, requestedBy: NSUserName()))
            }
        }
    }

    private func report(_ run: SyncRun) throws {
        run.warnings.forEach { Standard.error("warning: \($0)") }
        if json {
            try Standard.answer(json: RunLine(run))
        } else if run.state == .succeeded {
            Standard.answer(run.sentence)
        }
        guard run.state != .succeeded else { return }
        if let problem = run.problem {
            throw Failure.said(problem.what, hint: problem.remedy)
        }
        throw ExitCode(1)
    }

    private func report(_ preview: SyncPreview, in names: PreviewNames) throws {
        preview.warnings.forEach { Standard.error("warning: \($0)") }
        if json { return try Standard.answer(json: PreviewLine(preview, names)) }
        let changes = preview.plan.changes
        for user in changes.addedUsers { Standard.answer("+ \(user.login)") }
        for user in changes.changedUsers { Standard.answer("~ \(user.login) (\(user.status.rawValue))") }
        for id in preview.applied.usersLeft { Standard.answer("- \(names.user(id))") }
        for holder in preview.applied.revocations.holders {
            let sites = holder.sites.map(names.site).joined(separator: ", ")
            let lost = [holder.sessionsEnd ? "sessions" : "", sites].filter { !$0.isEmpty }.joined(separator: ", ")
            Standard.answer("! \(names.user(holder.user)) would lose: \(lost). \(holder.because)")
        }
        Standard.answer(
            "\(changes.joined.count) memberships would be added and \(changes.left.count) removed; "
                + "\(preview.applied.revocations.connections) connections and "
                + "\(preview.applied.revocations.sessions) sessions would end."
        )
        if preview.wouldBeHeld { Standard.answer("It would wait for an administrator's approval.") }
    }
}

extension SyncRun {
    /// What it did, in one sentence.
    var sentence: String {
        "\(counts.users) users in \(counts.groups) groups read with \(counts.requests) requests in "
            + "\(counts.durationMilliseconds) ms: \(counts.usersAdded) added, \(counts.usersChanged) changed, "
            + "\(counts.usersLeft) left."
    }
}

extension StoreOptions {
    /// Runs `body` with an engine on the store, and closes both.
    func withSync<Answer: Sendable>(
        share: Double = 0.5,
        trusting trust: TrustOptions,
        _ body: @Sendable (SyncEngine, Store) async throws -> Answer
    ) async throws -> Answer {
        try await withStore { store in
            try await withOktaHTTP(trust) { http in
                try await body(SyncEngine(store: store, http: http, share: share, logger: .timus("timus.sync")), store)
            }
        }
    }
}
