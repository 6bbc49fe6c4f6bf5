import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import OktaSimulator

@Suite struct `The admin console` {
    let world: ConsoleWorld

    init() throws { world = try ConsoleWorld() }

    private func asAdministrator(_ body: @Sendable @escaping (ConsoleBrowser) async throws -> Void) async throws {
        try await world.run { client in
            let browser = ConsoleBrowser(client)
            try await browser.signInAsAdministrator()
            try await body(browser)
        }
    }

    @Test func `makes a web app by the steps of the guide`() async throws {
        try await asAdministrator { browser in
            let home = try await browser.open("/app/UserHome")
            let dashboard = try await browser.submit(home, "/admin/dashboard")
            #expect(dashboard.contains("http://127.0.0.1:8081"))
            let apps = try await browser.open("/admin/apps")
            let kinds = try await browser.submit(apps, "/admin/apps/new")
            let page = try await browser.submit(kinds, "/admin/apps/new", ["method": "oidc", "kind": "web"])
            #expect(page.contains("New Web App Integration"))
            let app = try await browser.submit(
                page,
                "/admin/apps/new/web",
                [
                    "label": "Timus", "signIn": "https://auth.timuscloud.com/user/external", "signOut": "",
                    "access": "everyone",
                ]
            )
            #expect(app.contains("Client Credentials"))
            #expect(app.contains("Client Secrets"))
        }

        let app = try #require(world.org.apps.first)
        #expect(app.label == "Timus")
        #expect(app.signInRedirectURIs == ["https://auth.timuscloud.com/user/external"])
        #expect(app.assignedGroups.keys.contains(world.org.everyone))
    }

    @Test func `says at the field what an app lacks, and keeps what was typed`() async throws {
        try await asAdministrator { browser in
            let page = try await browser.open("/admin/apps/new/web")
            let again = try await browser.submit(
                page,
                "/admin/apps/new/web",
                ["label": "Timus & Co", "signIn": "auth.timuscloud.com", "access": "nobody"]
            )
            #expect(again.status == .badRequest)
            #expect(again.contains("auth.timuscloud.com is not an address"))
            #expect(again.value(ofInput: "field-label") == "Timus &amp; Co")
        }
        #expect(world.org.apps.isEmpty)
    }

    @Test func `gives another field for a second redirect URI, and saves nothing yet`() async throws {
        try await asAdministrator { browser in
            let page = try await browser.open("/admin/apps/new/web")
            let longer = try await browser.submit(
                page,
                "/admin/apps/new/web",
                ["label": "Timus", "signIn": "https://one.example/cb", "more": "signIn"]
            )
            #expect(longer.status == .ok)
            #expect(longer.contains("Sign-in redirect URIs 2"))
        }
        #expect(world.org.apps.isEmpty)
    }

    @Test func `grants an API scope after asking, and takes it back`() async throws {
        let app = try world.org.createApp(Org.AppSettings(label: "Timus", signInRedirectURIs: ["https://t.example/cb"]))
        let path = "/admin/app/\(app.id)/api-scopes"

        try await asAdministrator { [world] browser in
            let question = try await browser.open(path + "/grant?scope=okta.groups.read")
            #expect(question.contains("Grant Access"))
            let granted = try await browser.submit(question, path + "/grant")
            #expect(granted.contains("okta.groups.read was granted."))
            #expect(world.org.app(app.id)?.grantedScopes == ["okta.groups.read"])
            _ = try await browser.submit(granted, path + "/revoke")
        }
        #expect(world.org.app(app.id)?.grantedScopes == [])
    }

    @Test func `shows a new API token once`() async throws {
        try await asAdministrator { [world] browser in
            let form = try await browser.open("/admin/access/api/tokens/new")
            let created = try await browser.submit(form, "/admin/access/api/tokens/new", ["name": "Timus"])
            #expect(created.contains("Token created successfully!"))
            #expect(created.contains("Copy to Clipboard"))
            let value = try #require(created.value(ofInput: "copy-token"))
            #expect(try world.org.useToken(value).token.name == "Timus")

            let again = try await browser.open(created.path)
            #expect(!again.contains(value))
        }
    }

    @Test func `adds a person who sets the password by the mail`() async throws {
        try await asAdministrator { browser in
            let form = try await browser.open("/admin/users/new")
            let list = try await browser.submit(
                form,
                "/admin/users/new",
                [
                    "firstName": "Ana", "lastName": "O'Brien", "login": "ana@acme.example", "passwordBy": "user",
                    "sendMail": "on",
                ]
            )
            #expect(list.contains("Ana O&#39;Brien was added."))
        }
        #expect(world.org.person(login: "ana@acme.example")?.status == .provisioned)
        let link = try #require(world.org.mails(to: "ana@acme.example").first?.link)
        let path = link.replacing("http://127.0.0.1:8081", with: "")

        try await world.run { client in
            let browser = ConsoleBrowser(client)
            let welcome = try await browser.open(path)
            let weak = try await browser.submit(welcome, path, ["password": "short", "repeated": "short"])
            #expect(weak.status == .badRequest)
            let home = try await browser.submit(weak, path, ["password": "Sunny-day-42", "repeated": "Sunny-day-42"])
            #expect(home.path == "/app/UserHome")
            #expect(try await browser.open(path).contains("This link has expired"))
        }
        #expect(world.org.person(login: "ana@acme.example")?.status == .active)
    }

    @Test func `adds a person with a password that must be changed`() async throws {
        try await asAdministrator { browser in
            let form = try await browser.open("/admin/users/new")
            let next = try await browser.submit(
                form,
                "/admin/users/new",
                [
                    "firstName": "Ben", "lastName": "Berg", "login": "ben@acme.example", "passwordBy": "admin",
                    "password": "First-pass-1", "mustChange": "on", "then": "another",
                ]
            )
            #expect(next.path == "/admin/users/new")
        }

        try await world.run { client in
            let browser = ConsoleBrowser(client)
            let change = try await browser.signIn("ben@acme.example", "First-pass-1")
            #expect(change.contains("Your password has expired"))
            let action = String(change.path.prefix { $0 != "?" })
            let home = try await browser.submit(
                change,
                action,
                ["password": "Second-pass-2", "repeated": "Second-pass-2"]
            )
            #expect(home.path == "/app/UserHome")
        }
        #expect(world.org.person(login: "ben@acme.example")?.status == .active)
    }

    @Test(arguments: [
        ("firstName", "", "The field cannot be left blank"),
        ("login", "ana", "Username must be in the form of an email address"),
        ("login", "admin@acme.example", "An object with this field already exists in the current organization"),
        ("password", "weak", "Password requirements were not met."),
    ])
    func `refuses a person, with the reason at the field`(field: String, value: String, reason: String) async throws {
        var fields = [
            "firstName": "Ana", "lastName": "Berg", "login": "ana@acme.example", "passwordBy": "admin",
            "password": "Sunny-day-42",
        ]
        fields[field] = value
        let filled = fields

        try await asAdministrator { browser in
            let form = try await browser.open("/admin/users/new")
            let again = try await browser.submit(
                form,
                "/admin/users/new",
                [
                    "firstName": filled["firstName"] ?? "", "lastName": filled["lastName"] ?? "",
                    "login": filled["login"] ?? "", "passwordBy": "admin", "password": filled["password"] ?? "",
                ]
            )
            #expect(again.status == .badRequest)
            #expect(again.contains("id=\"field-\(field)-problem\">\(reason)"))
            #expect(again.value(ofInput: "field-lastName") == "Berg")
        }
        #expect(world.org.personCount == 1)
    }

    @Test func `suspends, unsuspends, deactivates and deletes`() async throws {
        let ana = try world.addPerson("Ana", "Berg")
        let path = "/admin/user/\(ana.id)"

        try await asAdministrator { [world] browser in
            var page = try await browser.open(path)
            page = try await browser.submit(page, path + "/do/suspend")
            #expect(world.org.person(ana.id)?.status == .suspended)
            page = try await browser.submit(page, path + "/do/unsuspend")
            #expect(world.org.person(ana.id)?.status == .active)
            let question = try await browser.submit(page, path + "/ask/deactivate")
            page = try await browser.submit(question, path + "/do/deactivate")
            #expect(world.org.person(ana.id)?.status == .deprovisioned)
            let last = try await browser.submit(page, path + "/ask/delete")
            _ = try await browser.submit(last, path + "/do/delete")
        }
        #expect(world.org.person(ana.id) == nil)
    }

    @Test func `does not let administrators lock themselves out`() async throws {
        let path = "/admin/user/\(world.org.administrator)"
        try await asAdministrator { browser in
            let refused = try await browser.submit(try await browser.open(path), path + "/do/suspend")
            #expect(refused.contains("You cannot do this to your own account."))
        }
        #expect(world.org.person(world.org.administrator)?.status == .active)
    }

    @Test func `makes a group, fills it, and renames it`() async throws {
        let ana = try world.addPerson("Ana", "Berg")

        try await asAdministrator { [world] browser in
            let form = try await browser.open("/admin/groups/new")
            _ = try await browser.submit(form, "/admin/groups/new", ["name": "Berlin", "description": "Office"])
            let group = try #require(world.org.group(named: "Berlin"))
            let path = "/admin/group/\(group.id)"
            let picker = try await browser.open(path + "/assign?search=ana")
            _ = try await browser.submit(picker, path + "/assign")
            #expect(world.org.isMember(ana.id, of: group.id))
            let edit = try await browser.open(path + "/edit")
            let renamed = try await browser.submit(edit, path + "/edit", ["name": "Berlin Mitte"])
            #expect(renamed.contains("Berlin Mitte"))
            _ = try await browser.submit(renamed, path + "/remove")
            #expect(!world.org.isMember(ana.id, of: group.id))
        }
    }

    @Test func `assigns a person to an app`() async throws {
        let ana = try world.addPerson("Ana", "Berg")
        let app = try world.org.createApp(Org.AppSettings(label: "Timus", signInRedirectURIs: ["https://t.example/cb"]))
        let path = "/admin/app/\(app.id)"

        try await asAdministrator { [world] browser in
            let picker = try await browser.open(path + "/assign/people?search=Ana")
            _ = try await browser.submit(picker, path + "/assign/people")
            #expect(world.org.isAssigned(ana.id, to: app.id))
            let list = try await browser.open(path + "/assignments")
            _ = try await browser.submit(list, path + "/unassign/people")
        }
        #expect(!world.org.isAssigned(ana.id, to: app.id))
    }

    @Test func `locks a person out after too many wrong passwords, and an administrator unlocks them`() async throws {
        let ana = try world.addPerson("Ana", "Berg")
        try await world.run { client in
            for _ in 1...10 { _ = try await ConsoleBrowser(client).signIn("ana@acme.example", "Rainy-day-43") }
            let refused = try await ConsoleBrowser(client).signIn("ana@acme.example", ConsoleWorld.password)
            #expect(refused.contains("Unable to sign in"))
        }
        #expect(world.org.person(ana.id)?.status == .lockedOut)

        let path = "/admin/user/\(ana.id)"
        try await asAdministrator { browser in
            _ = try await browser.submit(try await browser.open(path), path + "/do/unlock")
        }
        try await world.run { client in
            let home = try await ConsoleBrowser(client).signIn("ana@acme.example", ConsoleWorld.password)
            #expect(home.path == "/app/UserHome")
        }
    }

    @Test func `goes on only to pages of this org after signing in`() async throws {
        _ = try world.addPerson("Ana", "Berg")
        try await world.run { client in
            let browser = ConsoleBrowser(client)
            let page = try await browser.open("/login/login.htm?fromURI=https%3A%2F%2Fevil.example%2F")
            let home = try await browser.submit(
                page,
                SignInPage.path,
                ["username": "ana@acme.example", "password": ConsoleWorld.password]
            )
            #expect(home.path == "/app/UserHome")
        }
    }

    @Test func `shows a value to copy where there is no script`() async throws {
        try await asAdministrator { browser in
            let copy = try await browser.submit(try await browser.open("/admin/dashboard"), "/copy")
            #expect(copy.value(ofInput: "field-value") == "http://127.0.0.1:8081")
        }
    }

    @Test func `lets nobody in without an administrator's role`() async throws {
        _ = try world.addPerson("Ana", "Berg")
        try await world.run { client in
            let browser = ConsoleBrowser(client)
            #expect(try await browser.open("/admin/users").path.hasPrefix(SignInPage.path))
            let home = try await browser.signIn("ana@acme.example", ConsoleWorld.password)
            #expect(!home.contains("Admin</button>"))
            #expect(try await browser.open("/admin/users").status == .forbidden)
        }
    }

    @Test func `lets a read-only administrator look but not change`() async throws {
        let ana = try world.addPerson("Ana", "Berg")
        try world.org.setRole(.readOnlyAdmin, of: ana.id)
        try await world.run { client in
            let browser = ConsoleBrowser(client)
            _ = try await browser.signIn("ana@acme.example", ConsoleWorld.password)
            let form = try await browser.open("/admin/groups/new")
            #expect(try await browser.submit(form, "/admin/groups/new", ["name": "Berlin"]).status == .forbidden)
        }
        #expect(world.org.group(named: "Berlin") == nil)
    }

    @Test func `refuses a form that another site sent`() async throws {
        try await world.run { client in
            let session = try world.org.openSession(for: world.org.administrator)
            let response = try await client.executeRequest(
                uri: "/admin/groups/new",
                method: .post,
                headers: [.cookie: "sid=\(session.token)", .contentType: "application/x-www-form-urlencoded"],
                body: .init(string: "name=Berlin")
            )
            #expect(response.status == .forbidden)
        }
        #expect(world.org.group(named: "Berlin") == nil)
    }
}
