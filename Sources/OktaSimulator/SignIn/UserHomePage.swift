import Hummingbird

/// `/app/UserHome`: the apps that a person was given, and the way to the admin console for those who may go there.
struct UserHomePage {
    static let path = "/app/UserHome"

    let visit: Visit

    var response: Response {
        let admin: HTML? = visit.person.role.map { _ in OpenButton(label: "Admin", path: "/admin/dashboard").html }
        let apps = visit.org.apps(of: visit.person.id).filter(\.isActive)
        let tiles: [HTML] = apps.map { app in
            """
            <li><a class="card" href="\(start(app))"><span class="initial" aria-hidden="true">\
            \(app.label.prefix(1).uppercased())</span>\(app.label)</a></li>
            """
        }
        let list: HTML =
            apps.isEmpty
            ? "<p class=\"faint\">No apps are assigned to you yet.</p>" : "<ul class=\"tiles\">\(tiles)</ul>"
        return Document(
            title: "My Apps",
            body: """
                <header class="top"><a class="brand" href="\(Self.path)">okta <small>\(visit.org.name)</small></a>\
                <div class="row"><span>\(visit.person.name)</span>\(admin)\
                <a href="/login/signout">Sign out</a></div></header>\
                <main class="wide"><h1>My Apps</h1><p class="faint">\(visit.person.login)</p>\(list)</main>
                """
        ).response()
    }

    /// Where a tile leads: to the app's initiate login URI, which is told who the issuer is, or else to the app itself, at the
    /// root of its first sign-in redirect URI.
    private func start(_ app: Org.AppIntegration) -> String {
        if let uri = app.initiateLoginURI {
            return uri + (uri.contains("?") ? "&" : "?") + "iss=" + visit.org.origin.formEncoded
        }
        let parts = (app.signInRedirectURIs.first ?? "").split(
            separator: "/",
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard parts.count == 3, let host = parts[2].split(separator: "/").first else { return Self.path }
        return "\(parts[0])//\(host)/"
    }
}
