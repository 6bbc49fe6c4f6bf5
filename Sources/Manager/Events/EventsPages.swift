import Directory
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SignIn
import Storage
import WebUI

/// *Events*: the audit trail. Who did what, and what stood there before and after.
struct EventsPages: Sendable {
    private static let pageSize = 50

    let shell: Shell
    private var store: Store { shell.store }

    func add(to router: Router<WebContext>) {
        router.get("events", use: list)
        router.post("events/verification", use: verify)
        for format in EventExport.Format.allCases {
            router.get(RouterPath("events.\(format)")) { request, context in
                _ = try context.visitor(request)
                return export(format)
            }
        }
    }

    @Sendable private func list(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let search = request.query.value("search")
        let kind = EventQuery.Kind(rawValue: request.query.value("show"))
        let before = Int64(request.query.value("before"))
        let events = try await store.events(
            EventQuery(search: search.isEmpty ? nil : search, kind: kind, before: before, limit: Self.pageSize + 1)
        )
        let shown = events.prefix(Self.pageSize)
        let older: HTML =
            events.count > Self.pageSize
            ? Button(
                "Older events",
                .secondary,
                to: Self.path(search, kind).query("before", shown.last.map { String($0.id) })
            ).html.within("actions") : .empty
        let searchForm = SearchForm("Search events", action: "/events", value: search, more: Self.choice(of: kind))
        let list: HTML =
            switch (shown.isEmpty, search.isEmpty && kind == nil) {
            case (false, _): "\(table(of: shown))\(older)"
            case (true, false):
                EmptyState.noMatch(for: search.isEmpty ? kind?.words ?? "" : search, of: "events", clear: "/events")
                    .html
            case (true, true):
                EmptyState("No events yet", "What administrators and synchronizations change is listed here.").html
            }
        return try await shell.page(
            Shell.Sheet(
                title: "Events",
                actions: actions(for: visitor),
                content: "\(searchForm)\(list)"
            ),
            in: .events,
            for: visitor,
            context
        )
    }

    private static func path(_ search: String, _ kind: EventQuery.Kind?) -> Path {
        ("/events" as Path).query("search", search).query("show", kind?.rawValue)
    }

    private static func choice(of kind: EventQuery.Kind?) -> HTML {
        let kinds = EventQuery.Kind.allCases.map { Choice($0.words, value: $0.rawValue, isChosen: $0 == kind) }
        let options = [Choice("All events", value: "", isChosen: kind == nil)] + kinds
        return Select("Show", name: "show", options: options).html
    }

    private func actions(for visitor: Visitor) -> HTML {
        let verify: HTML =
            visitor.mayChange
            ? PostForm(
                "/events/verification",
                csrf: visitor.csrf,
                isInline: true,
                Button("Verify the chain", .secondary).html
            ).html : .empty
        return """
            \(verify)\(Button("Export CSV", .plain, to: "/events.csv"))\
            \(Button("Export JSON", .plain, to: "/events.json"))
            """
    }

    /// Reads every event, so only for those who may change something.
    @Sendable private func verify(request: Request, context: WebContext) async throws -> Response {
        _ = try context.visitor(request, atLeast: .administrator)
        let check = try await store.verifyEvents()
        guard let broken = check.broken else {
            return context.seeOther("/events", flash: Flash("Chain verified to event \(check.last)."))
        }
        let sentence = """
            Event \(broken) is not as it was written, or is missing. The chain is whole to event \(check.last). Keep the \
            database as it is, and find out who can write it.
            """
        return context.seeOther("/events", flash: Flash(sentence, kind: .warning))
    }

    /// All events as a file, page by page, so that no number of them fills the memory.
    private func export(_ format: EventExport.Format) -> Response {
        let body = ResponseBody { [store] writer in
            var export = EventExport(format)
            try await writer.write(ByteBuffer(string: export.beginning))
            var last: Int64 = 0
            while let end = try await Self.write(after: last, of: store, with: &export, to: &writer) { last = end }
            try await writer.write(ByteBuffer(string: export.end))
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: format == .csv ? "text/csv; charset=utf-8" : "application/json",
                .contentDisposition: "attachment; filename=\"timus-events.\(format)\"",
                .cacheControl: "no-store",
            ],
            body: body
        )
    }

    /// The number of the last event written; nil where there are no more.
    private static func write(
        after last: Int64,
        of store: Store,
        with export: inout EventExport,
        to writer: inout any ResponseBodyWriter
    ) async throws -> Int64? {
        let events = try await store.events(in: EventSpan(), after: last)
        guard let end = events.last else { return nil }
        try await writer.write(ByteBuffer(string: export.lines(of: events)))
        return end.id
    }

    private func table(of events: ArraySlice<Event>) -> HTML {
        let now = store.now()
        return DataTable(
            "Events, newest first",
            columns: [
                .init("When"), .init("Who"), .init("What"), .init("Subject"), .init("Change"), .init("From"),
            ],
            rows: events.map { event in
                [
                    TimeText(event.at, now: now).html,
                    "<span class=\"wrap\">\(event.who)</span>",
                    event.what,
                    "<span class=\"wrap\">\(isolated: event.subject)</span>",
                    "<span class=\"wrap\">\(event.change)</span>",
                    "<span class=\"wrap\">\(event.place)</span>",
                ]
            },
            captionIsUnseen: true
        ).html
    }
}

extension Event {
    /// Who acted; for a synchronization a link to its run.
    fileprivate var who: HTML {
        let prefix = "sync "
        let run = actor.dropFirst(prefix.count)
        guard actor.hasPrefix(prefix), !run.isEmpty, run.allSatisfy(\.isHexDigit) else { return "\(isolated: actor)" }
        return Link("Synchronization", to: OktaPath.run(SyncRun.ID(String(run)))).html
    }

    /// What was done; for a sign-in also where it was decided, and why it was refused.
    fileprivate var what: HTML {
        let action: HTML = "<span class=\"mono\">\(action)</span>"
        guard let step else { return action }
        let why = [step, reason].compactMap(\.self).joined(separator: ": ")
        return "<div>\(action)<br><span class=\"soft small\">\(isolated: why)</span></div>"
    }

    /// What stood there before, and what stands there now; a dash where neither is.
    fileprivate var change: HTML {
        let now: HTML = "\(isolated: Event.words(new))"
        return old == nil ? now : "\(isolated: Event.words(old)) <span class=\"soft\">→</span> \(now)"
    }

    /// Address and program; a dash where neither is known. The program's own words stand in the exports.
    fileprivate var place: HTML { "\(isolated: UserAgent.place(device, from: address) ?? "–")" }

    /// A value as people read it: the name of a status that is kept as one word is written out, and no value is a dash.
    fileprivate static func words(_ value: String?) -> String {
        guard let value else { return "–" }
        let kept = OktaIntegration.Status.neverSynced.rawValue
        guard value == kept || value.hasPrefix(kept + ": ") else { return value }
        return "never synchronized" + value.dropFirst(kept.count)
    }
}

extension EventQuery.Kind {
    fileprivate var words: String {
        switch self {
        case .signIns: "Sign-ins"
        case .refused: "Refused"
        }
    }
}
