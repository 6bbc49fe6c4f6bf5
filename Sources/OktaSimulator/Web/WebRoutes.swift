import Hummingbird
import NIOCore

/// All that browsers and apps are answered by this org, besides the management API: sign-in, the admin console, and the
/// authorization server.
struct WebRoutes: Sendable {
    let org: Org
    let keys: SigningKeys

    func add<Context: RequestContext>(to router: Router<Context>) {
        addAssets(to: router)
        OAuthRoutes(org: org, keys: keys).add(to: router)
        SignInPage(org: org).add(to: router)
        NewPasswordPage(org: org).add(to: router)

        let console = ConsoleRoutes(entrance: Entrance(org: org), router: router)
        console.get("/app/UserHome", for: .everyone) { UserHomePage(visit: $0).response }
        addCopyPage(to: router)
        DashboardPage.add(to: console)
        PeoplePage.add(to: console)
        AddPersonPage.add(to: console)
        PersonPage.add(to: console)
        GroupsPage.add(to: console)
        GroupPage.add(to: console)
        ApplicationsPage.add(to: console)
        NewApplicationPage.add(to: console)
        ApplicationPage.add(to: console)
        AuthenticationPage.add(to: console)
        AssignmentPages.add(to: console)
        TokensPage.add(to: console)
        EventHooksPage.add(to: console)
        EventHookPage.add(to: console)
        SystemLogPage.add(to: console)
        MailboxPage.add(to: console)
    }

    private func addAssets<Context: RequestContext>(to router: Router<Context>) {
        router.get("/assets/console.css") { _, _ in Self.asset(PackageResources.console_css, "text/css") }
        router.get("/assets/console.js") { _, _ in Self.asset(PackageResources.console_js, "text/javascript") }
    }

    private static func asset(_ bytes: [UInt8], _ type: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "\(type); charset=utf-8", .cacheControl: "max-age=60"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// What a Copy button does without script: shows the value, marked and ready to copy. Changes nothing, and shows
    /// only what the browser itself has just sent.
    private func addCopyPage<Context: RequestContext>(to router: Router<Context>) {
        router.post("/copy") { request, _ in
            let form = try await request.form()
            guard request.session(in: org) != nil, request.isSameOrigin(as: org) else {
                return Response.seeOther(SignInPage.path)
            }
            let value = Field(label: "Copy this text", name: "value", value: form.text("value"))
            return Document.card(
                "Copy",
                organisation: org.name,
                """
                \(value.input(attributes: " readonly autofocus"))\
                <p class="faint">Select all of it, copy it, then go back in your browser.</p>
                """
            ).response()
        }
    }
}
