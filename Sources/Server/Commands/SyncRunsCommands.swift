import ArgumentParser
import Directory
import Foundation
import Storage
import Sync

/// `timus sync runs`: the history.
struct SyncRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List the synchronizations of the last 90 days, the newest first.",
        discussion: "One that found nothing to do, and that nobody asked for, is not kept."
    )

    @OptionGroup var storeOptions: StoreOptions

    @Option(help: "How many at most.")
    var limit = 50

    @Flag(help: "Print JSON with stable fields.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }

    func run() async throws {
        try await storeOptions.withStore { store in
            let runs = try await store.syncRuns(limit: limit)
            if json { return try Standard.answer(json: runs.map(RunLine.init)) }
            guard !runs.isEmpty else { return Standard.answer("There was no synchronization yet.") }
            var table = TextTable(
                "ID",
                "STARTED",
                "MODE",
                "STATE",
                "ADDED",
                "CHANGED",
                "LEFT",
                "REQUESTS",
                "MS"
            )
            table.rows = runs.map { run in
                let counts = [
                    run.counts.usersAdded, run.counts.usersChanged, run.counts.usersLeft, run.counts.requests,
                    run.counts.durationMilliseconds,
                ]
                return [run.id.rawValue, run.startedAt.formatted(.iso8601), run.mode.rawValue, run.state.rawValue]
                    + counts.map(String.init)
            }
            table.lines.forEach { Standard.answer($0) }
        }
    }
}

/// `timus sync show`: one run, or the one that waits for approval.
struct SyncShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one synchronization: what it did, what was odd, and what one that waits would take away."
    )

    @OptionGroup var storeOptions: StoreOptions

    @Argument(help: "Its ID; left out, the one that waits for approval.")
    var id: String?

    @Flag(help: "Print JSON with stable fields.")
    var json = false

    func run() async throws {
        try await storeOptions.withStore { store in
            let run = try await store.run(named: id)
            if json { return try Standard.answer(json: RunLine(run)) }
            Standard.answer(
                "\(run.id)  \(run.mode.rawValue)  \(run.state.rawValue)  \(run.startedAt.formatted(.iso8601))"
            )
            Standard.answer(run.sentence)
            run.warnings.forEach { Standard.answer("warning: \($0)") }
            if let problem = run.problem { Standard.answer("\(problem.what)\n\(problem.remedy)") }
            guard let changes = run.changes else { return }
            let names = try await PreviewNames(store)
            for user in Set(changes.left.map(\.user)).sorted() { Standard.answer("- \(names.user(user))") }
            for group in changes.missingGroups { Standard.answer("- group \(group)") }
        }
    }
}

/// `timus sync approve`
struct SyncApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let a synchronization take the access that it waits to take, now."
    )

    @OptionGroup var storeOptions: StoreOptions

    @OptionGroup var trust: TrustOptions

    @Argument(help: "Its ID; left out, the one that waits.")
    var id: String?

    func run() async throws {
        try await storeOptions.withSync(trusting: trust) { engine, store in
            let held = try await store.run(named: id)
            try await engine.approve(held.id, by: .shell)
            let run = try await engine.run(held.mode, trigger: .approval, requestedBy: NSUserName())
            guard run.state == .succeeded else {
                throw Failure.said(run.problem?.what ?? "It was not carried out.", hint: run.problem?.remedy)
            }
            Standard.answer(run.sentence)
        }
    }
}

/// `timus sync discard`
struct SyncDiscard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Leave everybody the access that a waiting synchronization would take."
    )

    @OptionGroup var storeOptions: StoreOptions

    @OptionGroup var trust: TrustOptions

    @Argument(help: "Its ID; left out, the one that waits.")
    var id: String?

    func run() async throws {
        try await storeOptions.withSync(trusting: trust) { engine, store in
            try await engine.dismiss(try await store.run(named: id).id, by: .shell)
            Standard.answer("Discarded. Nobody lost access.")
        }
    }
}

extension Store {
    /// The run with this id, or the one that waits for approval where none is named.
    fileprivate func run(named id: String?) async throws -> SyncRun {
        if let id {
            if let run = try await syncRun(SyncRun.ID(id)) { return run }
            throw Failure.said("There is no synchronization \(id).", hint: "timus sync runs lists them.")
        }
        if let held = try await heldRun() { return held }
        throw Failure.said("No synchronization waits for approval.", hint: "timus sync runs lists them all.")
    }
}
