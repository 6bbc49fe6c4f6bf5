import Directory
import Hummingbird
import SignIn
import Storage
import Sync
import WebUI

/// *Preview*: what a full synchronization would do now, person by person. Nothing is written.
struct PreviewPage: Sendable {
    /// How long a page may be waited for. A directory that takes longer is previewed on the command line.
    private static let patience = Duration.seconds(50)

    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("/settings/integrations/okta/preview", use: ask)
        router.post("/settings/integrations/okta/preview", use: show)
    }

    @Sendable
    private func ask(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request)
        guard try await shell.store.oktaIntegration() != nil else { return .seeOther(OktaPath.window) }
        return try await page(visitor.mayChange ? question(visitor) : forViewers, visitor, context)
    }

    /// It reads Okta, which takes from its rate limits, so it is asked for with a button; the answer is for now only.
    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        guard let integration = try await shell.store.oktaIntegration() else { return .seeOther(OktaPath.window) }
        let chosen = try await shell.store.chosenGroups()
        guard !chosen.isEmpty else { return try await page(noGroup, visitor, context) }
        // While it is OFF the preview is of what turning it ON does.
        let preview = await preview(choosing: integration.synchronization ? nil : chosen)
        let content: HTML
        switch preview {
        case .success(let preview):
            let result = try await PreviewResult(preview, shell.store)
            content = result.html + again(visitor)
        case .failure(let error): content = failed(error) + question(visitor)
        case nil: content = tookTooLong + question(visitor)
        }
        return try await page(content, visitor, context)
    }

    /// nil where it took too long.
    private func preview(choosing groups: Set<Group.ID>?) async -> Result<SyncPreview, SyncError>? {
        await withTaskGroup { tasks in
            tasks.addTask { () -> Result<SyncPreview, SyncError>? in
                do throws(SyncError) {
                    return .success(try await shell.sync.preview(.full, choosing: groups))
                } catch {
                    return .failure(error)
                }
            }
            tasks.addTask {
                try? await Task.sleep(for: Self.patience)
                return nil
            }
            let first = await tasks.next() ?? nil
            tasks.cancelAll()
            return first
        }
    }

    private func page(_ content: HTML, _ visitor: Visitor, _ context: WebContext) async throws -> Response {
        let sheet = Shell.Sheet(
            title: "Preview",
            intro: "What a full synchronization would do now. Nothing is changed by looking.",
            trail: [Link("Integrations", to: OktaPath.integrations), Link("Okta Integration", to: OktaPath.window)],
            content: content
        )
        return try await shell.page(sheet, in: .settings, for: visitor, context)
    }

    private func question(_ visitor: Visitor) -> HTML {
        Card(
            """
            <p>Reads the chosen groups from Okta and compares them with what Timus keeps: who would join, leave or change, \
            and whose access and live connections would end. A large org takes some seconds.</p>\
            \(button("Make a preview", .primary, visitor).within("actions"))
            """
        ).html
    }

    private func again(_ visitor: Visitor) -> HTML {
        let back = Button("Back", .plain, to: OktaPath.window)
        return (button("Preview again", .secondary, visitor) + back.html).within("actions")
    }

    private func button(_ words: String, _ look: Button.Look, _ visitor: Visitor) -> HTML {
        PostForm(OktaPath.preview, csrf: visitor.csrf, isInline: true, Button(words, look).html).html
    }

    private var forViewers: HTML {
        EmptyState("A preview reads Okta", "An administrator can make one; your role lets you look only.").html
    }

    private var noGroup: HTML {
        EmptyState(
            "No group is chosen",
            "Choose the Okta groups whose users you want in Timus; then there is something to preview.",
            action: Button("Open Preferences", .secondary, to: OktaPath.preferences).html
        ).html
    }

    private var tookTooLong: HTML {
        Notice(
            "The preview took longer than a page can wait.",
            .warning,
            detail: """
                Okta’s rate limits make large orgs slow. On the server <code>timus sync --dry-run</code> says the same.
                """
        ).html.within("flash")
    }

    private func failed(_ error: SyncError) -> HTML {
        Notice(
            error.errorDescription ?? "The preview could not be made.",
            .negative,
            detail: "\(error.recoverySuggestion ?? "Try again.")"
        ).html.within("flash")
    }
}
