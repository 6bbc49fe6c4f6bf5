import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import Logging
import Notify
import SignIn
import Storage
import Sync
import WebUI

import struct Foundation.Date

/// What every page of Manager has at hand, and the frame around it.
struct Shell: Sendable {
    let store: Store
    let sync: SyncEngine
    let messenger: Messenger
    let settings: WebSettings
    /// Must not follow redirects.
    let http: HTTPClient
    /// The part of Okta's rate limits that ``sync`` may use, from 0 to 1.
    let rateShare: Double
    /// To be called after the event hook got another address and secret.
    let onEventHookRenewed: @Sendable () -> Void
    let logger: Logger

    var now: Date { store.now() }

    var connection: OktaConnection {
        OktaConnection(store: store, settings: settings, http: http, logger: logger)
    }

    /// What a page puts into the frame.
    struct Sheet: Sendable {
        var title: String
        var badge: Badge?
        /// Buttons at the right of the title.
        var actions: HTML = .empty
        /// One line under the title.
        var intro: HTML = .empty
        /// The pages above this one, outermost first.
        var trail: [Link] = []
        /// The title of the window then says so, and the answer is 422.
        var hasErrors = false
        /// Refreshed every 2 seconds where there is no script; only for pages on which nothing is typed.
        var isLive = false
        /// Off where the page itself says what the banner would.
        var showsBanner = true
        var content: HTML
    }

    /// The page in its frame: navigation, who is signed in, the banner while something needs an administrator, and what
    /// the page before left to say.
    ///
    /// - Parameter formTargets: See ``WebUI/HTML/response(status:formTargets:)``.
    func page(
        _ sheet: Sheet,
        in section: Section,
        for visitor: Visitor,
        _ context: WebContext,
        formTargets: [String] = []
    ) async throws -> Response {
        let page = Page(
            sheet.title,
            badge: sheet.badge,
            actions: sheet.actions,
            intro: sheet.intro,
            trail: sheet.trail,
            navigation: navigation(in: section, for: visitor),
            banner: sheet.showsBanner ? try await banner(for: visitor) : nil,
            flash: context.flash.map { Notice($0.sentence, $0.kind == .done ? .positive : .warning) },
            hasErrors: sheet.hasErrors,
            isLive: sheet.isLive,
            sheet.content
        )
        return page.html.response(status: sheet.hasErrors ? .unprocessableContent : .ok, formTargets: formTargets)
    }

    private func navigation(in section: Section, for visitor: Visitor) -> Page.Navigation {
        let out = PostForm("/sign-out", csrf: visitor.csrf, isInline: true, Button("Sign out", .plain).html)
        return Page.Navigation(
            console: "Manager",
            items: Section.allCases.map { .init($0.title, to: $0.path, isCurrent: $0 == section) },
            person: "\(Link(visitor.administrator.name ?? visitor.administrator.email, to: OwnSignInPage.path))\(out)"
        )
    }

    /// On every page while the administrator has to set up an app anew, the synchronization is stopped or waits for
    /// approval.
    private func banner(for visitor: Visitor) async throws -> Notice? {
        if visitor.administrator.secondFactor == .recovered {
            return Notice(
                "You signed in with a recovery code. Set up your authenticator app anew.",
                .warning,
                detail: Link("Your sign-in", to: OwnSignInPage.path).html
            )
        }
        guard let integration = try await store.oktaIntegration(), integration.isEnabled else { return nil }
        if integration.status == .stopped, let problem = integration.problem {
            return Notice(
                "Synchronization with Okta has stopped. \(problem.what)",
                .negative,
                detail: "\(problem.remedy) \(problem.mendingStep)"
            )
        }
        guard let held = try await store.heldRun() else { return nil }
        return Notice(
            "A synchronization with Okta waits for your approval.",
            .warning,
            detail: Link("See what it would take away", to: OktaPath.run(held.id)).html
        )
    }
}
