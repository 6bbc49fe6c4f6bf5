import Access
import Directory
import Hummingbird
import SignIn
import Storage
import WebUI

/// *Sites > Add a remote site*.
struct AddSitePage: Sendable {
    let shell: Shell

    func add(to router: Router<WebContext>) {
        router.get("sites/new", use: show)
        router.post("sites", use: create)
    }

    @Sendable private func show(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        return try await page(SiteForm(), for: visitor, context)
    }

    @Sendable private func create(request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.visitor(request, atLeast: .administrator)
        var form = SiteForm(try await request.form())
        guard let range = form.readRange() else { return try await page(form, for: visitor, context) }
        do {
            let site = try await shell.store.addSite(name: form.name, addressRange: range, by: visitor.actor)
            return context.seeOther(SitePath.sites, flash: Flash("\(site.name) was added."))
        } catch {
            guard form.take(error) else { throw error }
            return try await page(form, for: visitor, context)
        }
    }

    private func page(_ form: SiteForm, for visitor: Visitor, _ context: WebContext) async throws -> Response {
        let buttons: HTML = "\(Button("Add remote site"))\(Button("Cancel", .plain, to: SitePath.sites))"
        let fields: HTML = "\(form.fields())\(buttons.within("actions"))"
        let sheet = Shell.Sheet(
            title: "Add a remote site",
            trail: [Link("Sites", to: SitePath.sites)],
            hasErrors: !form.errors.isEmpty,
            content: "\(ErrorSummary(form.errors))\(Card(PostForm(SitePath.sites, csrf: visitor.csrf, fields).html))"
        )
        return try await shell.page(sheet, in: .sites, for: visitor, context)
    }
}
