import Directory
import Foundation
import HTTPTypes
import Hummingbird
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
    }

    @Sendable private func list(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        let search = request.query.value("search")
        let before = Int64(request.query.value("before"))
        let events = try await store.events(
            EventQuery(search: search.isEmpty ? nil : search, before: before, limit: Self.pageSize + 1)
        )
        let shown = events.prefix(Self.pageSize)
        let older: HTML =
            events.count > Self.pageSize
            ? Button(
                "Older events",
                .secondary,
                to: ("/events" as Path).query("search", search).query("before", shown.last.map { String($0.id) })
            ).html.within("actions") : .empty
        let searchForm = SearchForm("Search events", action: "/events", value: search)
        let list: HTML =
            switch (shown.isEmpty, search.isEmpty) {
            case (false, _): "\(table(of: shown))\(older)"
            case (true, false): EmptyState.noMatch(for: search, of: "events", clear: "/events").html
            case (true, true):
                EmptyState("No events yet", "What administrators and synchronizations change is listed here.").html
            }
        return try await shell.page(
            Shell.Sheet(
                title: "Events",
                content: "\(searchForm)\(list)"
            ),
            in: .events,
            for: visitor,
            context
        )
    }

    private func table(of events: ArraySlice<Event>) -> HTML {
        let now = store.now()
        return DataTable(
            "Events, newest first",
            columns: [.init("When"), .init("Who"), .init("What"), .init("Subject"), .init("Old"), .init("New")],
            rows: events.map { event in
                [
                    TimeText(event.at, now: now).html,
                    "<span class=\"wrap\">\(event.who)</span>",
                    "<span class=\"mono\">\(event.action)</span>",
                    "<span class=\"wrap\">\(isolated: event.subject)</span>",
                    "<span class=\"wrap\">\(isolated: Event.words(event.old))</span>",
                    "<span class=\"wrap\">\(isolated: Event.words(event.new))</span>",
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

    /// A value as people read it: the name of a status that is kept as one word is written out, and no value is a dash.
    fileprivate static func words(_ value: String?) -> String {
        guard let value else { return "–" }
        let kept = OktaIntegration.Status.neverSynced.rawValue
        guard value == kept || value.hasPrefix(kept + ": ") else { return value }
        return "never synchronized" + value.dropFirst(kept.count)
    }
}
