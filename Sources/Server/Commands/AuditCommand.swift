public import ArgumentParser
import Foundation
public import Storage

/// `timus audit`: whether the events are as they were written, and the events for other programs.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Verify and export the events.",
        subcommands: [Verify.self, Export.self, Head.self],
        defaultSubcommand: Verify.self
    )

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verify the chain of the events; exits with 1 where it is broken."
        )

        @Option(
            help: ArgumentHelp(
                "What `timus audit head` printed earlier: shows too where the last events were cut off.",
                valueName: "id:hash"
            )
        )
        var head: EventHead?

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            let check = try await storeOptions.withStore { try await $0.verifyEvents(holding: head) }
            if json {
                try Standard.answer(json: Line(check))
            } else if let broken = check.broken {
                Standard.answer(
                    "Event \(broken) is not as it was written, or is missing. Whole to event \(check.last)."
                )
            } else {
                Standard.answer("Whole to event \(check.last).")
            }
            if !check.isWhole { throw ExitCode(1) }
        }

        struct Line: Encodable {
            let whole: Bool
            let verifiedTo: Int64
            @OrNull var firstBroken: Int64?

            init(_ check: ChainCheck) {
                whole = check.isWhole
                verifiedTo = check.last
                firstBroken = check.broken
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the events, the oldest first.",
            discussion:
                "A time is a day such as 2026-01-31, or a moment such as 2026-01-31T12:00:00Z; days begin in UTC."
        )

        @Option(help: "csv or json.")
        var format: EventExport.Format

        @Option(help: ArgumentHelp("Only events of this time or later.", valueName: "time"))
        var since: Moment?

        @Option(help: ArgumentHelp("Only events before this time.", valueName: "time"))
        var until: Moment?

        @OptionGroup var storeOptions: StoreOptions

        func run() async throws {
            let span = EventSpan(since: since?.date, until: until?.date)
            try await storeOptions.withStore { store in
                var export = EventExport(format)
                try write(export.beginning)
                var last: Int64 = 0
                while true {
                    let events = try await store.events(in: span, after: last)
                    guard let end = events.last else { break }
                    try write(export.lines(of: events))
                    last = end.id
                }
                try write(export.end)
            }
        }

        /// Unlike ``Standard/answer(_:)`` it fails where the output does: half an export must not look whole.
        private func write(_ text: String) throws {
            do {
                try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
            } catch {
                throw Failure.said(
                    "The events could not all be written.",
                    hint: "See whether the disk is full, and export them again."
                )
            }
        }
    }

    struct Head: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print number and hash of the last event, to be kept elsewhere for `timus audit verify --head`."
        )

        @OptionGroup var storeOptions: StoreOptions

        @Flag(help: "Print JSON with stable fields.")
        var json = false

        func run() async throws {
            guard let head = try await storeOptions.withStore({ try await $0.eventHead() }) else {
                throw Failure.said("There are no events yet.", hint: nil)
            }
            if json { return try Standard.answer(json: Line(id: head.id, hash: head.hash, head: head.text)) }
            Standard.answer(head.text)
        }

        private struct Line: Encodable {
            let id: Int64
            let hash: String
            let head: String
        }
    }
}

/// A time as somebody typed it: a day, or a moment in ISO 8601.
struct Moment: ExpressibleByArgument {
    let date: Date

    init?(argument: String) {
        let day = Date.ISO8601FormatStyle().year().month().day()
        guard
            let date = (try? Date(argument, strategy: .iso8601))
                ?? (try? Date(argument, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
                ?? (argument.utf8.count == 10 ? try? Date(argument, strategy: day) : nil)
        else { return nil }
        self.date = date
    }
}

extension EventHead: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}

extension EventExport.Format: ExpressibleByArgument {}
