import Access
import Directory
import Hummingbird
import SignIn
import Storage
import WebUI

/// How a machine becomes a gateway: the code, and the two commands to run there.
///
/// It is the answer to the form itself and not a page to go to: the code is not kept, so none could show it again.
struct GatewayCodePage: Sendable {
    let shell: Shell
    let site: Site
    let gateway: Gateway
    let code: Secret

    func page(_ title: String, for visitor: Visitor, _ context: WebContext) async throws -> Response {
        let sheet = Shell.Sheet(
            title: title,
            trail: [
                Link("Sites", to: SitePath.sites), Link(site.name, to: SitePath.site(site.id)),
                Link(gateway.name, to: SitePath.gateway(gateway)),
            ],
            content: Card(content).html
        )
        return try await shell.page(sheet, in: .sites, for: visitor, context)
    }

    private var content: HTML {
        let enrol = "timus-gateway enrol --server \(shell.settings.publicURL) --code \(code.value)"
        return """
            <p>Run these two as root on the machine that becomes \(isolated: gateway.name). The code is good once, for an hour, and \
            is shown only now.</p>\
            \(CopyBox("One-time code", value: code.value, id: "gateway-code"))\
            \(CopyBox("Enrol", value: enrol, id: "gateway-enrol", isLong: true))\
            \(CopyBox("Run", value: "timus-gateway run", id: "gateway-run"))\
            <p class="soft small">Connect must reach <span class="mono">\(gateway.endpoint)</span> by UDP.</p>\
            \(Button("Done", .primary, to: SitePath.site(site.id)).html.within("actions"))
            """
    }
}
